package dev.steepest.lab.data.source;

/** What a downloaded file is. */
public enum Packing {
  /** Used as it is. */
  PLAIN,
  /** A gzip-compressed tar archive, unpacked after the download. */
  TAR_GZ,
  /** A zip archive, unpacked after the download. */
  ZIP
}
