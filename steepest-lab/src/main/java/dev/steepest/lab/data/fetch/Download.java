package dev.steepest.lab.data.fetch;

import dev.steepest.lab.data.source.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Brings one file to disk. What has arrived stays in a {@code .part} file and is not asked for
 * again; the caller checks the digest of the whole.
 */
final class Download {

  private static final int BUFFER = 1 << 16;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int SERVER_ERROR = 500;

  private final HttpClient client;
  private final Patience patience;
  private final Progress progress;

  Download(HttpClient client, Patience patience, Progress progress) {
    this.client = client;
    this.patience = patience;
    this.progress = progress;
  }

  /** Whether the part holds bytes of an earlier call, so that a bad digest may be their fault. */
  enum Origin {
    FRESH,
    RESUMED
  }

  /** Completes the part file to the file's full length, in as many attempts as it takes. */
  Origin complete(RemoteFile file, Path part) throws IOException {
    Files.createDirectories(part.toAbsolutePath().getParent());
    if (size(part) > file.bytes()) {
      Files.delete(part);
    }
    Origin origin = size(part) > 0 ? Origin.RESUMED : Origin.FRESH;
    Duration pause = patience.pause();
    for (int fruitless = 0; size(part) < file.bytes(); ) {
      long before = size(part);
      try {
        attempt(file, part);
      } catch (RefusedException e) {
        throw e;
      } catch (IOException e) {
        boolean advanced = size(part) > before;
        fruitless = advanced ? 0 : fruitless + 1;
        pause = advanced ? patience.pause() : pause;
        if (fruitless >= patience.attempts()) {
          throw new IOException(
              "transfer broke off at %d of %d bytes, %d attempts brought nothing more (%s)"
                  .formatted(size(part), file.bytes(), fruitless, describe(e)),
              e);
        }
        sleep(pause);
        pause = pause.multipliedBy(2);
      }
    }
    return origin;
  }

  private void attempt(RemoteFile file, Path part) throws IOException {
    long from = size(part);
    HttpRequest.Builder request = HttpRequest.newBuilder(file.address()).timeout(patience.stall());
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        case OK -> {
          checkLength(file, response, file.bytes());
          receive(file, body, part, 0);
        }
        case PARTIAL -> {
          checkRange(response, from);
          receive(file, body, part, from);
        }
        case RANGE_NOT_SATISFIABLE -> {
          Files.delete(part);
          throw new IOException("the server has no bytes from " + from);
        }
        default -> throw refusal(response.statusCode());
      }
    }
  }

  /** Server errors pass, most others do not. */
  private static IOException refusal(int status) {
    String message = "the server answered HTTP " + status;
    return status >= SERVER_ERROR ? new IOException(message) : new RefusedException(message);
  }

  private void receive(RemoteFile file, InputStream body, Path part, long from) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long at = from;
    try (FileChannel out = open(part);
        StallGuard guard = new StallGuard(body, patience.stall())) {
      truncate(out, part, from);
      while (at < file.bytes()) {
        int n = body.read(buffer, 0, (int) Math.min(BUFFER, file.bytes() - at));
        if (n < 0) {
          throw new IOException("the server closed the connection");
        }
        guard.alive();
        write(out, ByteBuffer.wrap(buffer, 0, n), at, part);
        at += n;
        progress.update(file, at, file.bytes());
      }
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  private static void checkLength(RemoteFile file, HttpResponse<?> response, long expected)
      throws RefusedException {
    long offered = response.headers().firstValueAsLong("Content-Length").orElse(expected);
    if (offered != expected) {
      throw new RefusedException(
          "the server offers %d bytes where %d were expected: %s has changed"
              .formatted(offered, expected, file.fileName()));
    }
  }

  private static void checkRange(HttpResponse<?> response, long from) throws RefusedException {
    String range = response.headers().firstValue("Content-Range").orElse("none");
    if (!range.startsWith("bytes " + from + "-")) {
      throw new RefusedException(
          "asked for bytes from %d, the server sent range '%s'".formatted(from, range));
    }
  }

  /** Local errors are told from those of the network: to try again would not help. */
  private static FileChannel open(Path part) throws RefusedException {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new RefusedException("cannot write %s: %s".formatted(part, describe(e)), e);
    }
  }

  private static void truncate(FileChannel out, Path part, long length) throws RefusedException {
    try {
      if (out.size() > length) {
        out.truncate(length);
      }
    } catch (IOException e) {
      throw new RefusedException("cannot write %s: %s".formatted(part, describe(e)), e);
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, long at, Path part)
      throws RefusedException {
    try {
      for (long position = at; bytes.hasRemaining(); ) {
        position += out.write(bytes, position);
      }
    } catch (IOException e) {
      throw new RefusedException("cannot write %s: %s".formatted(part, describe(e)), e);
    }
  }

  private static long size(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private static void sleep(Duration pause) throws InterruptedIOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  /** An error in words; some JDK network errors come without a message. */
  static String describe(Exception e) {
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null ? name : name + ": " + e.getMessage();
  }
}
