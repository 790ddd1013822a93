package dev.steepest.lab.weights;

import dev.steepest.lab.data.source.Digest;
import dev.steepest.lab.data.source.Fetchable;
import dev.steepest.lab.data.source.RemoteFile;
import java.util.List;

/**
 * Weights at their official address, trained on ImageNet-1k (torchvision's, with timm's state
 * names). Lengths and checksums are those that torchvision's file names begin and that independent
 * projects pin.
 *
 * @param file name in the folder of weights, without its ending
 * @param remote where it lies
 */
public record PublishedWeights(String file, RemoteFile remote) implements Fetchable {
  private static final String ADDRESS = "https://download.pytorch.org/models/";

  private static final List<PublishedWeights> ALL =
      List.of(
          // IMAGENET1K_V1: 69.758 % top-1
          of(
              "timm-resnet18",
              "resnet18-f37072fd.pth",
              46_830_571,
              "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"),
          // IMAGENET1K_V2: 80.858 % top-1
          of(
              "timm-resnet50",
              "resnet50-11ad3fa6.pth",
              102_540_417,
              "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca"),
          // IMAGENET1K_V1: 76.130 % top-1
          of(
              "timm-resnet50-v1",
              "resnet50-0676ba61.pth",
              102_530_333,
              "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"));

  private static PublishedWeights of(String file, String remote, long bytes, String sha256) {
    return new PublishedWeights(
        file,
        RemoteFile.plain(
            ADDRESS + remote,
            WeightPlaces.FOLDER + "/" + file + ".pth",
            bytes,
            Digest.sha256(sha256)));
  }

  /** All that can be fetched by name. */
  public static List<PublishedWeights> all() {
    return ALL;
  }

  /** As {@code data fetch} takes them. */
  public static List<String> names() {
    return ALL.stream().map(PublishedWeights::name).toList();
  }

  @Override
  public String name() {
    return WeightPlaces.FOLDER + "/" + file;
  }

  @Override
  public List<RemoteFile> files() {
    return List.of(remote);
  }
}
