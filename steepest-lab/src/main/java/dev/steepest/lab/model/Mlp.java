package dev.steepest.lab.model;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A perceptron on the flattened image: linear + ReLU per hidden layer, dropout after each hidden
 * layer but the last, linear head.
 *
 * <p>With hidden sizes 512, 256 and dropout .2 it is the SimpleMLP of ioanamuha/CARN-H3, {@code
 * models/mlp.py}, whose state names (positions in a Sequential that counts activations and dropout)
 * are kept. Deviation: the image size reaches the network; there it was always 32.
 */
public final class Mlp extends Network {
  static final NetworkKind<Images> KIND =
      new NetworkKind<>(
          "mlp",
          "perceptron on the flattened image, 1.7 M parameters on 3×32×32 by default",
          List.of(
              Setting.integers("hidden", List.of(512, 256), 1, 65_536, "sizes of hidden layers"),
              Setting.real("dropout", 0.2, 0, 0.9, "probability of dropping a hidden value")),
          (images, choice, seed) ->
              new Mlp(new Config(images, choice.integers("hidden"), choice.real("dropout")), seed));

  private final List<Linear> hidden = new ArrayList<>();
  private final Linear head;
  private final Dropout dropout;

  /**
   * The shape of the network.
   *
   * @param images input and classes
   * @param hidden sizes of the hidden layers, each 1–65,536, at least one
   * @param dropout probability of dropping a hidden value, 0–.9
   */
  public record Config(Images images, List<Integer> hidden, double dropout) {
    public Config {
      hidden = List.copyOf(hidden);
      Check.that(!hidden.isEmpty(), "hidden is empty; give at least one layer size.");
      hidden.forEach(size -> Check.range("hidden", size, 1, 65_536));
      Check.range("dropout", dropout, 0, 0.9);
    }

    /** The published settings. */
    public static Config of(Images images) {
      return new Config(images, List.of(512, 256), 0.2);
    }

    public Config withDropout(double rate) {
      return new Config(images, hidden, rate);
    }
  }

  public Mlp(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private Mlp(Config config, Site root) {
    super(root.state());
    Site layers = root.at("layers");
    Images images = config.images();
    long in = (long) images.channels() * images.size() * images.size();
    int position = 0;
    for (int i = 0; i < config.hidden().size(); i++) {
      int out = config.hidden().get(i);
      Role role = i == 0 ? Role.INPUT : Role.MATRIX;
      hidden.add(Linear.standard(layers.at(position), role, in, out));
      boolean last = i == config.hidden().size() - 1;
      position += last ? 2 : 3; // linear, ReLU and, but for the last, dropout
      in = out;
    }
    head = Linear.standard(layers.at(position), Role.HEAD, in, images.classes());
    dropout = new Dropout(root, config.dropout());
  }

  @Override
  public Tensor forward(Tensor x) {
    x = x.flatten(1, -1); // in NCHW order whatever the memory format
    for (int i = 0; i < hidden.size(); i++) {
      x = hidden.get(i).apply(x).relu_();
      boolean last = i == hidden.size() - 1;
      x = last ? x : dropout.apply(x, mode());
    }
    return head.apply(x);
  }
}
