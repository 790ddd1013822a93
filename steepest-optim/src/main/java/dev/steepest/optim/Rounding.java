package dev.steepest.optim;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How the float32 result of a step gets into a parameter. */
enum Rounding {
  /** The parameter is wide: the step works on it directly. */
  NONE,
  NEAREST,
  STOCHASTIC,
  MASTER_COPY;

  /** Name of the buffer that holds a master copy. */
  static final String MASTER = "master";

  /** A bfloat16 is the upper half of a float32. */
  private static final int UPPER_HALF = 0xFFFF0000;

  /**
   * The way of a parameter.
   *
   * @throws IllegalArgumentException for a float16 parameter that is to be rounded stochastically
   */
  static Rounding of(Parameter parameter, HalfPrecision half) {
    ScalarType type = parameter.tensor().scalar_type().intern();
    if (type != ScalarType.BFloat16 && type != ScalarType.Half) {
      return NONE;
    }
    if (type == ScalarType.Half && half == HalfPrecision.STOCHASTIC) {
      throw new IllegalArgumentException(
          "parameter '"
              + parameter.name()
              + "' is float16, but only bfloat16 can be rounded stochastically; choose"
              + " HalfPrecision.MASTER_COPY or NEAREST");
    }
    return valueOf(half.name());
  }

  /**
   * What a step works on.
   *
   * @param stored the parameter, or many end to end
   * @param master where the master copy is
   */
  Tensor open(Tensor stored, Supplier<Tensor> master) {
    return switch (this) {
      case NONE -> stored;
      case MASTER_COPY -> master.get();
      case NEAREST, STOCHASTIC -> stored.to(ScalarType.Float);
    };
  }

  /** A gradient as wide as what the step works on. */
  Tensor widen(Tensor gradient) {
    return this == NONE ? gradient : gradient.to(ScalarType.Float);
  }

  /** What is kept beside the rule's buffers. */
  Optional<Buffer> buffer(Parameter parameter) {
    return this == MASTER_COPY ? Optional.of(Buffer.copyOf(parameter, MASTER)) : Optional.empty();
  }

  /**
   * Stores a step's result.
   *
   * @param bits draws random 16-bit numbers of a given shape
   */
  void store(Tensor wide, Tensor narrow, Function<long[], Tensor> bits) {
    if (this != STOCHASTIC) {
      narrow.copy_(wide);
      return;
    }
    // Adding a random lower half carries into the upper with the probability of the part cut off;
    // infinities and NaN have exponents that nothing may be added to.
    Tensor pattern = wide.view(ScalarType.Int);
    Tensor drawn = bits.apply(wide.sizes().vec().get()).to(wide.device(), ScalarType.Int);
    Tensor carried = pattern.add(drawn).bitwise_and_(new Scalar(UPPER_HALF));
    narrow.copy_(carried.view(ScalarType.Float).where(wide.isfinite(), wide));
  }
}
