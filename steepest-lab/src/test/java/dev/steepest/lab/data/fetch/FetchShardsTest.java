package dev.steepest.lab.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.fetch.FileServer.Ranges;
import dev.steepest.lab.data.text.FinewebShards;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards have no published digest: their headers must fit their lengths. */
class FetchShardsTest {

  private static final int TOKENS = 5_000;

  @TempDir Path folder;

  private final Fetch fetch =
      new Fetch(new Patience(3, Duration.ofMillis(1), Duration.ofMillis(500)));

  private static byte[] shard(int announced) {
    ByteBuffer bytes = ByteBuffer.allocate(1024 + 2 * TOKENS).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(20240520).putInt(1).putInt(announced);
    return bytes.array();
  }

  @Test
  void bringsTheValidationShardAndThoseAskedForAndResumes() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      server.serve("fineweb_val_000000.bin", shard(TOKENS));
      String address = server.serve("fineweb_train_000001.bin", shard(TOKENS));
      server.serve("fineweb_train_000002.bin", shard(TOKENS));
      server.serve("fineweb_train_000003.bin", shard(TOKENS));
      server.breakOffAfter(4_000);
      String place = address.substring(0, address.lastIndexOf('/') + 1);
      assertThat(fetch.fetch(new FinewebShards(2, place, TOKENS), folder, Progress.SILENT))
          .hasSize(3);
      assertThat(server.requests).hasSize(4).anyMatch(range -> range.startsWith("bytes="));
      Path home = folder.resolve("fineweb10B");
      assertThat(home.resolve("fineweb_val_000000.bin")).hasBinaryContent(shard(TOKENS));
      assertThat(home.resolve("fineweb_train_000002.bin")).hasBinaryContent(shard(TOKENS));
      assertThat(home.resolve("fineweb_train_000003.bin")).doesNotExist();
      assertThat(fetch.fetch(new FinewebShards(3, place, TOKENS), folder, Progress.SILENT))
          .singleElement()
          .extracting(file -> file.fileName())
          .isEqualTo("fineweb_train_000003.bin");
    }
  }

  @Test
  void whatIsNoShardIsThrownAway() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      server.serve("fineweb_val_000000.bin", shard(TOKENS));
      String address = server.serve("fineweb_train_000001.bin", shard(TOKENS + 1));
      String place = address.substring(0, address.lastIndexOf('/') + 1);
      assertThatThrownBy(
              () -> fetch.fetch(new FinewebShards(1, place, TOKENS), folder, Progress.SILENT))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("thrown away")
          .hasMessageContaining("offset 8 announces 5001 tokens")
          .hasMessageContaining("Give the same command again");
      assertThat(folder.resolve("fineweb10B/fineweb_train_000001.bin")).doesNotExist();
      assertThat(folder.resolve("fineweb10B/fineweb_val_000000.bin")).exists();
    }
  }

  @Test
  void theOfficialShardsAreTwoHundredMegabytes() {
    FinewebShards shards = new FinewebShards(9);
    assertThat(shards.files())
        .hasSize(10)
        .allSatisfy(f -> assertThat(f.bytes()).isEqualTo(200_001_024));
    assertThat(shards.files().getLast().address())
        .isEqualTo(
            URI.create(
                "https://huggingface.co/datasets/kjj0/fineweb10B-gpt2/resolve/main/fineweb_train_000009.bin"));
    assertThatThrownBy(() -> new FinewebShards(103))
        .hasMessageContaining("1 … 102 whole training shards, got 103");
  }
}
