package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.randn_like;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Chooses k of E experts for every token (Shazeer et al. 2017, arXiv:1701.06538): those with the
 * largest logits, weighted by a softmax over the chosen logits alone. In training the logits carry
 * Gaussian noise from the default generator.
 *
 * <p>Legend: N tokens, D features, E experts, k experts per token.
 */
final class Router {
  private static final double BALANCE = 0.01; // weight of the penalty, published

  private final Linear gate;
  private final long experts;
  private final long chosen;
  private final boolean noisy;
  private final Scalar noise;
  private final Scalar balance;
  private final TensorOptional noWeights;

  Router(Site site, MoeGpt.Config config, double std) {
    experts = config.experts();
    chosen = config.chosen();
    gate =
        Linear.withoutBias(
            site.at("gate"), Role.MATRIX, site.init().normal(std, experts, config.dim()));
    noisy = config.noise() > 0;
    noise = site.keep(new Scalar(config.noise()));
    balance = site.keep(new Scalar(BALANCE * experts));
    noWeights = site.keep(new TensorOptional());
  }

  /**
   * Who goes where.
   *
   * @param weights of the chosen experts, [N, k], each row sums to 1
   * @param experts their numbers, int64 [N, k], the largest logit first
   * @param load how many tokens each expert gets, int64 [E], sums to N·k
   * @param probabilities softmax over all experts, [N, E]
   */
  record Routing(Tensor weights, Tensor experts, Tensor load, Tensor probabilities) {}

  Routing apply(Tensor x_ND, Mode mode) {
    Tensor logits_NE = gate.apply(x_ND).to(x_ND.scalar_type()); // out of autocast's type
    if (mode != Mode.EVAL && noisy) {
      logits_NE = logits_NE.add(randn_like(logits_NE).mul_(noise));
    }
    T_TensorTensor_T top = logits_NE.topk(chosen);
    return new Routing(
        top.get0().softmax(-1),
        top.get1(),
        top.get1().flatten().bincount(noWeights, experts),
        logits_NE.softmax(-1));
  }

  /**
   * The load-balancing loss .01·E·Σ fₑ·Pₑ, where fₑ is the share of the N·k places that expert e
   * got and Pₑ the mean of its probability; .01 when all are equal. Its gradient passes through P.
   */
  Tensor penalty(Routing routing) {
    Tensor probability_E = routing.probabilities().mean(0);
    Tensor share_E =
        routing
            .load()
            .to(probability_E.scalar_type())
            .div(new Scalar((double) routing.experts().numel()));
    return share_E.dot(probability_E).mul(balance);
  }
}
