package dev.steepest.lab.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Says all that is wrong with the tensors of a body before their memory is touched. */
final class Checks {
  private Checks() {}

  /** Checks type, place and shape of every tensor. */
  static void usable(Stem stem, List<Group> groups) {
    var problems = new ArrayList<String>();
    long in = stem.weight().dim() == 4 ? stem.weight().size(0) : 0;
    long[] kernel = stem.weight().sizes().vec().get();
    check(problems, "stem.weight", stem.weight(), kernel);
    if (kernel.length != 4 || kernel[2] != kernel[3]) {
      problems.add(
          "stem.weight has shape " + Arrays.toString(kernel) + ", expected [out, in, k, k]");
    }
    if (stem.weight().requires_grad()) {
      problems.add("stem.weight wants a gradient, but the body computes none for it: freeze it");
    }
    check(problems, "stem.bias", stem.bias(), in);
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      String name = "group " + (g + 1) + " ";
      long width = group.first().size(0);
      check(problems, name + "first", group.first(), width, in, 3, 3);
      check(problems, name + "second", group.second(), width, width, 3, 3);
      norm(problems, name + "firstNorm.", group.firstNorm(), width);
      norm(problems, name + "secondNorm.", group.secondNorm(), width);
      in = width;
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "These tensors do not make a fused body: " + String.join("; ", problems) + ".");
    }
  }

  private static void norm(List<String> problems, String name, Norm norm, long width) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", norm.weight());
    tensors.put("bias", norm.bias());
    tensors.put("runningMean", norm.runningMean());
    tensors.put("runningVariance", norm.runningVariance());
    tensors.forEach((key, tensor) -> check(problems, name + key, tensor, width));
  }

  private static void check(List<String> problems, String name, Tensor tensor, long... expected) {
    long[] shape = tensor.sizes().vec().get();
    if (!Arrays.equals(shape, expected)) {
      problems.add(
          name
              + " has shape "
              + Arrays.toString(shape)
              + ", expected "
              + Arrays.toString(expected));
    }
    if (tensor.scalar_type().intern() != ScalarType.Float
        || !tensor.is_cpu()
        || !tensor.is_contiguous()) {
      problems.add(name + " is not float32, contiguous and on the CPU");
    }
  }

  /** Checks a batch of images. */
  static void images(Tensor x, Stem stem) {
    if (x.dim() != 4 || x.size(1) != stem.weight().size(1) || x.size(0) == 0 || !x.is_cpu()) {
      throw new IllegalArgumentException(
          "A batch of shape %s cannot go through this body; it takes images [N, %d, H, W], N ≥ 1, on the CPU."
              .formatted(Arrays.toString(x.sizes().vec().get()), stem.weight().size(1)));
    }
  }
}
