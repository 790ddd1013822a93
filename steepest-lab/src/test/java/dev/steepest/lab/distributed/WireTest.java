package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WireTest {
  @Test
  void aLongReasonIsCutAndNotLost() throws Exception {
    String reason = "ж".repeat(100_000);
    var heard = new CompletableFuture<String>();
    Wire.Listener listener =
        new Wire.Listener() {
          @Override
          public void heard(Wire wire, Wire.Word word, String text) {
            heard.complete(word + " " + text);
          }

          @Override
          public void broken(Wire wire) {
            heard.complete("gone without a word");
          }
        };
    try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket near = new Socket(InetAddress.getLoopbackAddress(), door.getLocalPort());
        Socket far = door.accept()) {
      new Wire(far, new Member(0, 1, "host", 2)).listen(listener);
      new Wire(near, new Member(1, 2, "host", 2)).leave(Wire.Word.FAILS, reason);
      assertThat(heard.get(10, TimeUnit.SECONDS))
          .startsWith("FAILS жжж")
          .hasSizeBetween(20_000, 65_535);
    }
  }
}
