package dev.steepest.study.track;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Decodes messages by protoc, which knows nothing of how they were written. */
final class Protoc {
  private static final String MESSAGES = "messages";
  private static final String ERRORS = "errors";

  private Protoc() {}

  /**
   * Decodes messages that stand in a row, as field 1 of a message around them.
   *
   * @param proto a file of {@code /track} among the test resources
   * @param around the message that has them as its field 1
   * @return what protoc prints of each
   */
  static List<ProtoText> decode(String proto, String around, List<byte[]> messages)
      throws IOException, InterruptedException {
    assumeTrue(installed(), "protoc is not installed (Debian: apt-get install protobuf-compiler)");
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      joined.write((1 << 3) | 2);
      for (int rest = message.length; ; rest >>>= 7) {
        joined.write(rest < 128 ? rest : (rest & 127) | 128);
        if (rest < 128) {
          break;
        }
      }
      joined.writeBytes(message);
    }
    Path folder = Files.createTempDirectory("protoc");
    try {
      return ProtoText.parse(decode(proto, around, joined.toByteArray(), folder)).all();
    } finally {
      for (String name : List.of(proto, MESSAGES, ERRORS)) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private static String decode(String proto, String around, byte[] message, Path folder)
      throws IOException, InterruptedException {
    try (var schema = Protoc.class.getResourceAsStream("/track/" + proto)) {
      Files.copy(schema, folder.resolve(proto));
    }
    Path input = Files.write(folder.resolve(MESSAGES), message);
    Path errors = folder.resolve(ERRORS);
    Process protoc =
        new ProcessBuilder("protoc", "--decode=" + around, "-I", folder.toString(), proto)
            .redirectInput(input.toFile())
            .redirectError(errors.toFile())
            .start();
    String text = new String(protoc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (protoc.waitFor() != 0) {
      throw new IOException("protoc: " + Files.readString(errors));
    }
    return text;
  }

  private static boolean installed() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "protoc")));
  }
}
