package dev.steepest.lab.data.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on 127.0.0.1 that can misbehave as servers do. */
final class FileServer implements AutoCloseable {

  /** Whether a request for a part of a file is honoured. */
  enum Ranges {
    SUPPORTED,
    IGNORED
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Ranges ranges;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** Range headers received, "-" for none. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Answers of the next requests that break off after so many bytes. */
  private final List<Integer> breaks = Collections.synchronizedList(new ArrayList<>());

  FileServer(Ranges ranges) throws IOException {
    this.ranges = ranges;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Serves these bytes; returns their address. */
  String serve(String name, byte[] content) {
    files.put("/" + name, content);
    return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), name);
  }

  /** Lets the next answers end after so many bytes each. */
  void breakOffAfter(Integer... bytes) {
    breaks.addAll(List.of(bytes));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(range == null ? "-" : range);
      byte[] content = files.get(exchange.getRequestURI().getPath());
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from = 0;
      if (range != null && ranges == Ranges.SUPPORTED) {
        from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
      }
      byte[] body = Arrays.copyOfRange(content, from, content.length);
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, body.length);
      int send = breaks.isEmpty() ? body.length : Math.min(breaks.removeFirst(), body.length);
      OutputStream out = exchange.getResponseBody();
      out.write(body, 0, send);
      out.flush();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
