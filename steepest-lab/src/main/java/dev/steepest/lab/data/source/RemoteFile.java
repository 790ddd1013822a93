package dev.steepest.lab.data.source;

import java.net.URI;

/**
 * One file of a data set at its official address.
 *
 * @param address where it lies
 * @param target relative to the data folder: the file itself, or the folder that the archive brings
 * @param bytes length of the download
 * @param proof what the download must satisfy, e.g. hash to
 * @param packing what the download is
 * @param unpackedLimit bound on the unpacked bytes, above which an archive is refused; 0 for plain
 */
public record RemoteFile(
    URI address, String target, long bytes, Proof proof, Packing packing, long unpackedLimit) {

  /** A file that is used as it is. */
  public static RemoteFile plain(String address, String target, long bytes, Proof proof) {
    return new RemoteFile(URI.create(address), target, bytes, proof, Packing.PLAIN, 0);
  }

  /** The last part of the address. */
  public String fileName() {
    String path = address.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
