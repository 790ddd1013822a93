package dev.steepest.lab.data.text.document;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How a file is compressed. */
enum Packed {
  GZIP(".gz") {
    @Override
    InputStream open(InputStream raw) throws IOException {
      return new GZIPInputStream(raw, BUFFER);
    }
  },
  ZSTD(".zst") {
    @Override
    InputStream open(InputStream raw) throws IOException {
      return new ZstdInputStream(raw).setContinuous(false);
    }
  },
  NOT("") {
    @Override
    InputStream open(InputStream raw) {
      return raw;
    }
  };

  private static final int BUFFER = 1 << 16;

  private final String ending;

  Packed(String ending) {
    this.ending = ending;
  }

  /** By the ending of a file's name. */
  static Packed of(String name) {
    for (Packed packed : values()) {
      if (name.endsWith(packed.ending)) {
        return packed;
      }
    }
    throw new IllegalStateException("every name ends with nothing");
  }

  String strip(String name) {
    return name.substring(0, name.length() - ending.length());
  }

  abstract InputStream open(InputStream raw) throws IOException;
}
