package dev.steepest.lab.bench;

import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.Freezing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One convolution of a network as it is used in training: what goes in, and which passes it makes.
 *
 * @param name in the network's state, without ".weight"
 * @param images of the batch N
 * @param in channels C
 * @param out channels O
 * @param kernel height and width of the filters
 * @param padding zeros on each side of the map
 * @param pixels height and width of the map that goes in
 * @param passes made in a training step
 */
public record ConvolutionShape(
    String name,
    int images,
    int in,
    int out,
    int kernel,
    int padding,
    int pixels,
    Set<Pass> passes) {

  /** The three passes of a convolution; each multiplies equally often. */
  public enum Pass {
    FORWARD("forward"),
    INPUT_GRADIENT("input gradient"),
    WEIGHT_GRADIENT("weight gradient");

    private final String words;

    Pass(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Whether the bias behind the whitening filters trains, as in the first epochs of a run; only
   * then does the gradient go back through the first of the pairs.
   */
  public enum WhiteningBias {
    TRAINED,
    FROZEN;

    /** What is frozen. */
    public Freezing freezing() {
      return this == FROZEN ? Freezing.after("whiten.bias", 0) : Freezing.NONE;
    }
  }

  public ConvolutionShape {
    passes = Collections.unmodifiableSet(EnumSet.copyOf(passes));
  }

  /** Height and width of the map that comes out. */
  public int outPixels() {
    return pixels + 2 * padding - kernel + 1;
  }

  /**
   * Floating-point operations of one pass, a multiply-add being two. As is usual, the products with
   * the zeros of the border count.
   */
  public double operations() {
    return 2.0 * images * in * out * kernel * kernel * outPixels() * outPixels();
  }

  /**
   * The convolutions of a network that is built like airbench94: one with a kernel of even size and
   * without border, then pairs with kernels of odd size that keep the map's size, which is halved
   * behind the first of each pair.
   *
   * @param batch images per step
   * @throws IllegalArgumentException when the network is built otherwise
   */
  public static List<ConvolutionShape> ofAirbench(
      Network network, Images images, int batch, WhiteningBias bias) {
    List<Filter> filters = new ArrayList<>();
    Set<String> trained =
        network.parameters().stream().map(p -> p.name()).collect(Collectors.toSet());
    network
        .state()
        .forEach((name, tensor) -> {
          if (tensor.dim() == 4) {
            filters.add(
                new Filter(
                    name,
                    (int) tensor.size(0),
                    (int) tensor.size(1),
                    (int) tensor.size(2),
                    trained.contains(name)));
          }
        });
    return ofAirbench(filters, images, batch, bias);
  }

  /** A filter (out, in, kernel, kernel) in a network's state. */
  record Filter(String name, int out, int in, int kernel, boolean trained) {}

  static List<ConvolutionShape> ofAirbench(
      List<Filter> filters, Images images, int batch, WhiteningBias bias) {
    List<ConvolutionShape> shapes = new ArrayList<>();
    int pixels = images.size();
    int channels = images.channels();
    for (int i = 0; i < filters.size(); i++) {
      Filter filter = filters.get(i);
      boolean whitening = i == 0;
      boolean fits = filter.in() == channels && filter.kernel() % 2 == (whitening ? 0 : 1);
      if (!fits) {
        throw otherwise(filters);
      }
      Set<Pass> passes = EnumSet.of(Pass.FORWARD);
      boolean nothingTrainsBefore = i == 1 && bias == WhiteningBias.FROZEN;
      if (!whitening && !nothingTrainsBefore) {
        passes.add(Pass.INPUT_GRADIENT);
      }
      if (filter.trained()) {
        passes.add(Pass.WEIGHT_GRADIENT);
      }
      ConvolutionShape shape =
          new ConvolutionShape(
              filter.name().replaceFirst("\\.weight$", ""),
              batch,
              filter.in(),
              filter.out(),
              filter.kernel(),
              whitening ? 0 : filter.kernel() / 2,
              pixels,
              passes);
      shapes.add(shape);
      boolean halved = i % 2 == 1;
      pixels = halved ? shape.outPixels() / 2 : shape.outPixels();
      channels = filter.out();
    }
    if (shapes.size() < 3 || shapes.size() % 2 == 0 || pixels < 1) {
      throw otherwise(filters);
    }
    return List.copyOf(shapes);
  }

  private static IllegalArgumentException otherwise(List<Filter> filters) {
    List<String> found =
        filters.stream()
            .map(f -> "%s %d→%d %d×%d".formatted(f.name(), f.in(), f.out(), f.kernel(), f.kernel()))
            .toList();
    return new IllegalArgumentException(
        "The network is not built like airbench94, a convolution of even size and then pairs of odd size; its filters are %s. Name airbench94 or one of its kin."
            .formatted(found));
  }
}
