package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;

/**
 * One forward pass of a {@link FusedBody} over a batch in training, and what its backward pass
 * needs. Close it after the step; it holds some 350 kB per image of CIFAR-10's size until its
 * backward pass, and nearly nothing after it.
 */
public final class BodyPass implements AutoCloseable {
  private final FusedBody body;
  private final BodyFilters filters;
  private final List<BodyPart> parts = new ArrayList<>();
  private final Cuts division;
  private final List<Normalisation> firstNorms = new ArrayList<>();
  private final List<Normalisation> secondNorms = new ArrayList<>();
  private final Volume features;
  private boolean spent;

  BodyPass(FusedBody body, Tensor x, Statistics statistics, double momentum) {
    this.body = body;
    int images = Math.toIntExact(x.size(0));
    Shape shape = body.shape(x);
    division = Cuts.even(images, body.crew().size());
    filters = BodyFilters.of(body.stem(), body.groups());
    features = Volume.allocate(images, shape.last().output());
    boolean complete = false;
    try {
      forward(x, shape, statistics, momentum);
      features.tensor().set_requires_grad(true);
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  private void forward(Tensor x, Shape shape, Statistics statistics, double momentum) {
    for (int i = 0; i < division.pieces(); i++) {
      parts.add(part(x, shape, division.from(i), division.count(i)));
    }
    for (int g = 0; g < body.groups().size(); g++) {
      int group = g;
      long values = division.images() * shape.pools().get(g).output().pixels();
      Normalisation first = body.normalisation(body.groups().get(g).firstNorm());
      Normalisation second = body.normalisation(body.groups().get(g).secondNorm());
      firstNorms.add(first);
      secondNorms.add(second);
      first.byBatch(total(p -> p.group(group).first()), values, statistics, momentum);
      second.byBatch(
          total(p -> p.group(group).second(first.affine())), values, statistics, momentum);
      parts.forEach(p -> p.group(group).normaliseOutput(second.affine()));
    }
    each(i -> {
      parts.get(i).finish(features, division.from(i));
      return null;
    });
  }

  private BodyPart part(Tensor x, Shape shape, int from, int count) {
    return new BodyPart(
        x,
        from,
        count,
        shape,
        filters,
        body.stemBias(),
        body.activation(),
        body.stem().bias().requires_grad() ? Filter.Wanted.BOTH : Filter.Wanted.FILTER);
  }

  /**
   * What the body makes of the batch: [N, C, h, w] in bfloat16, a leaf that wants a gradient. Owned
   * by this pass.
   */
  public Tensor features() {
    return features.tensor();
  }

  /**
   * Adds the gradients of all parameters that want one, as autograd would.
   *
   * @param gradient of {@link #features()}, of its shape
   * @throws IllegalStateException if called twice
   */
  public void backward(Tensor gradient) {
    if (spent) {
      throw new IllegalStateException(
          "This pass went backward already and freed what it kept. Make another forward pass.");
    }
    spent = true;
    int last = body.groups().size() - 1;
    try (Volume start = Volume.of(gradient.detach())) {
      each(i -> {
        parts.get(i).start(start, division.from(i));
        return null;
      });
    }
    for (int g = last; g >= 0; g--) {
      int group = g;
      LaneSums outer = LaneSums.total(parts.stream().map(p -> p.group(group).outerSums()).toList());
      NormGradient second = secondNorms.get(g).backward(outer);
      Affine affine = firstNorms.get(g).affine();
      LaneSums inner = total(p -> p.group(group).secondBackward(second, affine));
      NormGradient first = firstNorms.get(g).backward(inner);
      each(i -> {
        parts.get(i).group(group).firstBackward(first);
        return null;
      });
      for (BodyPart part : parts) {
        part.group(g).firstGradient().addTo(body.groups().get(g).first());
        part.group(g).secondGradient().addTo(body.groups().get(g).second());
        part.group(g).close();
      }
    }
    if (body.stem().bias().requires_grad()) {
      LaneSums sums = LaneSums.total(parts.stream().map(p -> p.stem().sums()).toList());
      Gradients.add(body.stem().bias(), sums.first());
    }
    parts.forEach(BodyPart::close);
  }

  private LaneSums total(Function<BodyPart, LaneSums> work) {
    return LaneSums.total(each(i -> work.apply(parts.get(i))));
  }

  private <T> List<T> each(IntFunction<T> work) {
    return body.crew().run(division.pieces(), work);
  }

  @Override
  public void close() {
    parts.forEach(BodyPart::close);
    filters.close();
    features.close();
  }
}
