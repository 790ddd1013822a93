package dev.steepest.lab.data.fetch;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.Digest;
import dev.steepest.lab.data.source.ImageOptions;
import dev.steepest.lab.data.source.Packing;
import dev.steepest.lab.data.source.RemoteFile;
import dev.steepest.lab.data.source.TrainTest;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** A data source that consists of given files and is never loaded. */
record GivenFiles(List<RemoteFile> files) implements DataSource {

  static GivenFiles of(RemoteFile... files) {
    return new GivenFiles(List.of(files));
  }

  static RemoteFile plain(String address, String target, byte[] content) {
    return RemoteFile.plain(address, target, content.length, digest(content));
  }

  static RemoteFile archive(
      String address, String target, byte[] content, Packing packing, long limit) {
    return new RemoteFile(
        URI.create(address), target, content.length, digest(content), packing, limit);
  }

  static Digest digest(byte[] content) {
    MessageDigest digest = Digest.Algorithm.SHA_256.start();
    return Digest.sha256(HexFormat.of().formatHex(digest.digest(content)));
  }

  @Override
  public String name() {
    return "given";
  }

  @Override
  public String about() {
    return "files of a test";
  }

  @Override
  public Normalization normalization() {
    return Normalization.gray(0, 1);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    throw new UnsupportedOperationException("only fetched");
  }
}
