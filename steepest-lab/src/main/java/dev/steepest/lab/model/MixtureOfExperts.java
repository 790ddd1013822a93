package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import dev.steepest.optim.Role;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A feed-forward part of E experts W₂·drop(silu(W₁·x)) of which every token passes through k.
 *
 * <p>The places are sorted by expert, so that each expert sees its tokens as one matrix; nothing is
 * padded and no token is dropped. The sizes of those matrices are read by the host, which on a GPU
 * waits for it once per layer.
 *
 * <p>Legend: N tokens, D features, F features inside, E experts, k experts per token, P = N·k
 * places.
 */
final class MixtureOfExperts {
  private final Router router;
  private final Tensor first_EFxD;
  private final Tensor second_EDxF;
  private final Dropout dropout;
  private final int experts;
  private final Scalar chosen;
  private final BoolOptional stable;

  MixtureOfExperts(Site site, MoeGpt.Config config, double std) {
    long dim = config.dim();
    long inner = config.inner();
    experts = config.experts();
    Initializer init = site.init();
    Site stacked = site.at("experts");
    first_EFxD =
        stacked.blocks(
            "linear1.weight", Role.MATRIX, experts, init.normal(std, experts * inner, dim));
    second_EDxF =
        stacked.blocks(
            "linear2.weight", Role.MATRIX, experts, init.normal(std, experts * dim, inner));
    router = new Router(site.at("router"), config, std);
    dropout = new Dropout(site, config.dropout());
    chosen = site.keep(new Scalar(config.chosen()));
    stable = site.keep(new BoolOptional(true));
  }

  /**
   * What comes out.
   *
   * @param features [B, T, D]
   * @param penalties the router's in training, none in evaluation
   */
  record Output(Tensor features, List<Tensor> penalties) {}

  Output apply(Tensor x_BTD, Mode mode) {
    Tensor x_ND = x_BTD.flatten(0, 1);
    Router.Routing routing = router.apply(x_ND, mode);
    Tensor order_P = routing.experts().flatten().sort(stable, 0, false).get1();
    Tensor token_P = order_P.floor_divide(chosen);
    Tensor weight_P1 = routing.weights().flatten().index_select(0, order_P).unsqueeze(1);
    Tensor x_PD = ComputeType.cast(x_ND).index_select(0, token_P);
    Tensor y_PD = throughExperts(x_PD, loads(routing), mode).mul(weight_P1);
    Tensor y_ND = zeros_like(x_ND).index_add_(0, token_P, y_PD);
    return new Output(
        y_ND.view_as(x_BTD), mode != Mode.EVAL ? List.of(router.penalty(routing)) : List.of());
  }

  private long[] loads(Router.Routing routing) {
    long[] loads = new long[experts];
    routing.load().cpu().data_ptr_long().get(loads);
    return loads;
  }

  private Tensor throughExperts(Tensor x_PD, long[] loads, Mode mode) {
    TensorVector inputs = x_PD.split_with_sizes(loads);
    TensorVector first = first_EFxD.unflatten(0, experts, -1).unbind(0);
    TensorVector second = second_EDxF.unflatten(0, experts, -1).unbind(0);
    TensorVector outputs = new TensorVector();
    for (int e = 0; e < experts; e++) {
      Tensor inner = dropout.apply(silu(linear(inputs.get(e), first.get(e))), mode);
      outputs.push_back(linear(inner, second.get(e)));
    }
    return cat(outputs, 0);
  }
}
