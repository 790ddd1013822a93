package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.randn;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.diffusion.Prior;
import dev.steepest.lab.diffusion.TunablePrior;
import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Mode;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.lab.train.MiniBatch;
import dev.steepest.lab.train.Objective;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.tensor.Seeds;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images that a frozen diffusion model shall find likely, given their prompts.
 *
 * <p>An item is an image of the field; a batch's inputs are the images' indices, int64 [B], its
 * labels are not looked at. The loss of a batch is Σ⟨g, x⟩ over its images, of which g, a {@link
 * ScoreGradient} at one time step and one noise per image, is a constant: autograd takes exactly g
 * from the images back into the field's parameters, whatever the images' number. Its value means
 * nothing and is never shown. What is shown, and what divergence is told by, is the mean of (ε̂ −
 * ε)² for the step's first question: the residual of noise prediction. That question is the prompt,
 * but in bridge's second stage its target: the training loss of a bridge makes a jump where that
 * begins and is not to be compared across it. A look always asks the prompt.
 *
 * <p>Time steps and noise come from torch's own generator, t first. A score has no labels to draw:
 * for {@link Labels#DRAWN} the gradient is that at other noise, too. The model φ of VSD makes one
 * step for each training pass of a step's first point, so that a batch is not to be cut into parts
 * nor shared with other processes.
 *
 * <p>Legend: B images of a batch, C channels, H height, W width, c numbers of a condition, K
 * questions.
 */
public final class Distillation implements Objective {
  private final ImageField field;
  private final Prior prior;
  private final List<String> prompts;
  private final DistillationSettings settings;
  private final long steps;
  private final double[] weights; // w by time step
  private final ScoreGradient gradient;
  private final PromptRows rows;
  private final Optional<OwnModel> own;
  private final Residual residual;
  private final DistillationMeasures measures;

  /**
   * Prepares the distillation of all images of a field.
   *
   * @param field on its device; the caller's
   * @param prior on the same device; the caller's, and must outlive this
   * @param prompts one for each image of the field
   * @param steps of the run
   * @param seed of the low-rank additions of VSD's own model
   * @param measures of a look; the judge's classes are the images', in order
   * @throws IllegalArgumentException naming all that is wrong: words that the prior does not know,
   *     images that are not of its shape, more or fewer prompts or classes than images, a prior
   *     beside which nothing can learn, bridge's second stage beyond the run
   */
  public Distillation(
      ImageField field,
      Prior prior,
      List<String> prompts,
      DistillationSettings settings,
      long steps,
      long seed,
      DistillationMeasures measures) {
    requireFit(field, prior, prompts, measures);
    weights =
        IntStream.range(0, prior.schedule().steps())
            .mapToDouble(t -> settings.weighting().of(prior.schedule().alphaBar(t)))
            .toArray();
    this.field = field;
    this.prior = prior;
    this.prompts = List.copyOf(prompts);
    this.settings = settings;
    this.steps = steps;
    this.measures = measures;
    gradient = ScoreGradient.of(settings, steps, prior.schedule().steps());
    Set<Question> asked = EnumSet.of(Question.PROMPT);
    asked.addAll(gradient.questions(0));
    asked.addAll(gradient.questions(Math.max(0, steps - 1)));
    boolean learns = asked.remove(Question.OWN);
    rows = new PromptRows(prior, prompts, settings, asked);
    prior.releaseText(); // all prompts of the run are understood
    own = learns ? Optional.of(ownModel(seed)) : Optional.empty();
    residual = new Residual(prior, prompts.size());
  }

  private static void requireFit(
      ImageField field, Prior prior, List<String> prompts, DistillationMeasures measures) {
    int images = field.canvas().images();
    Check.that(
        prompts.size() == images,
        "There are %d prompts for %d images: each image wants one."
            .formatted(prompts.size(), images));
    measures
        .judge()
        .ifPresent(judge ->
            Check.that(
                judge.classes().size() == images,
                "The judge is told %d classes for %d images: each image wants one."
                    .formatted(judge.classes().size(), images)));
    long[] shape = prior.shape();
    int channels = field.canvas().channels();
    int size = field.canvas().size();
    Check.that(
        shape[0] == channels && shape[1] == size && shape[2] == size,
        "The field draws %d×%d×%d (channels, height, width), but the prior knows images of %d×%d×%d."
            .formatted(channels, size, size, shape[0], shape[1], shape[2]));
  }

  private OwnModel ownModel(long seed) {
    if (!(prior instanceof TunablePrior tunable)) {
      throw new IllegalArgumentException(
          "mode = vsd wants a model that learns beside the prior, and this prior allows none; "
              + "take sds, nfsd or bridge.");
    }
    return new OwnModel(tunable, settings.variational(), Seeds.derive(seed, "phi"));
  }

  @Override
  public long items(MiniBatch batch) {
    return batch.size();
  }

  /** The gradient is a sum over images: each has parameters of its own. */
  @Override
  public double weight(MiniBatch part, Labels labels, long itemsOfBatch) {
    return 1;
  }

  @Override
  public Pass pass(MiniBatch part, Labels labels, double done) {
    Tensor which = part.inputs();
    Tensor x = draw(which);
    List<Tensor> found;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      found = Block.all(() -> score(x.detach(), which, done));
    }
    if (labels == Labels.GIVEN && field.mode() == Mode.TRAIN) {
      own.ifPresent(model -> teach(model, x.detach(), which, done));
    }
    Tensor g = found.getFirst();
    return new Pass(g.mul(x).sum(), found.getLast(), Optional.empty());
  }

  /** The images, in float32 at least. */
  private Tensor draw(Tensor which) {
    Tensor x = field.forward(which);
    return ScalarType.Double.equals(x.scalar_type().intern()) ? x : x.to(ScalarType.Float);
  }

  /** g, [B, C, H, W], and the residual, a scalar. */
  private List<Tensor> score(Tensor x, Tensor which, double done) {
    long step = Math.round(done * steps);
    Noisy at = noisy(x, done);
    List<Question> questions = gradient.questions(step);
    Map<Question, Tensor> predicted = ask(questions, at, which);
    Tensor g = gradient.of(new Answers(step, at.t(), at.noise(), weight(at.t(), x), predicted));
    Tensor mean = predicted.get(questions.getFirst()).sub(at.noise()).square().mean();
    return List.of(g, mean);
  }

  /**
   * Images with noise.
   *
   * @param xt √ᾱ_t·x + √(1−ᾱ_t)·ε, [B, C, H, W]
   * @param t int64 [B]
   * @param noise ε, [B, C, H, W]
   */
  private record Noisy(Tensor xt, Tensor t, Tensor noise) {}

  /** Drawn on the CPU: the same on every device. */
  private Noisy noisy(Tensor x, double done) {
    Tensor t =
        settings
            .times()
            .draw((int) x.size(0), prior.schedule().steps(), done)
            .to(x.device(), ScalarType.Long);
    Tensor noise = randn(shape(x)).to(x.device(), x.scalar_type());
    return new Noisy(prior.schedule().addNoise(x, noise, t), t, noise);
  }

  private static long[] shape(Tensor x) {
    return new long[] {x.size(0), x.size(1), x.size(2), x.size(3)};
  }

  /** w, [B, 1, 1, 1]. */
  private Tensor weight(Tensor t, Tensor like) {
    return Tensor.create(weights)
        .to(like.device(), like.scalar_type())
        .index_select(0, t)
        .view(-1, 1, 1, 1);
  }

  /** Everything that the prior is asked goes through it as one batch, [K·B, C, H, W]. */
  private Map<Question, Tensor> ask(List<Question> questions, Noisy at, Tensor which) {
    Map<Question, Tensor> answers = new EnumMap<>(Question.class);
    List<Question> ofPrior = questions.stream().filter(q -> q != Question.OWN).toList();
    var xts = new TensorVector();
    var times = new TensorVector();
    var conditions = new TensorVector();
    for (Question question : ofPrior) {
      xts.push_back(at.xt());
      times.push_back(at.t());
      conditions.push_back(rows.of(question, which));
    }
    Tensor all = prior.noise(cat(xts, 0), cat(times, 0), cat(conditions, 0));
    long count = at.xt().size(0);
    for (int i = 0; i < ofPrior.size(); i++) {
      answers.put(ofPrior.get(i), all.narrow(0, i * count, count));
    }
    if (questions.contains(Question.OWN)) {
      own.ifPresent(model ->
          answers.put(Question.OWN, model.noise(at.xt(), at.t(), rows.of(Question.PROMPT, which))));
    }
    return answers;
  }

  /** Lets φ learn the images at times and noise of their own. */
  private void teach(OwnModel model, Tensor x, Tensor which, double done) {
    Block.all(() -> {
      Noisy at = noisy(x, done);
      model.learn(at.xt(), at.t(), at.noise(), rows.of(Question.PROMPT, which));
      return List.of();
    });
  }

  /**
   * The loss is the prior's {@link Residual}, hits are the judge's, NaN without one; {@code others}
   * has it too, that of VSD's φ, and what {@link DistillationMeasures} says. Diversity is of the
   * batch's images: give all of the field in one.
   */
  @Override
  public Judged judge(MiniBatch batch, TestTimeAugmentation views) {
    Tensor which = batch.inputs();
    Tensor x = draw(which);
    double residuals = residuals(prior::noise, x, which);
    Tensor images = prior.decode(x);
    SortedMap<String, Double> others = new TreeMap<>();
    others.put(PictureMetric.RESIDUAL, residuals);
    own.ifPresent(
        model -> others.put(PictureMetric.OWN_RESIDUAL, residuals(model::noise, x, which)));
    double hits = measures.measure(images, which, prompts, others);
    return new Judged(
        residuals,
        hits,
        batch.size(),
        others,
        measures.painter().map(painter -> painter.apply(images)));
  }

  /** Sum over images. */
  private double residuals(Residual.Finder asked, Tensor x, Tensor which) {
    return residual.of(asked, x, which, rows.of(Question.PROMPT, which)).sum().item_double();
  }

  /** VSD's model: weights, moments and the number of its steps. */
  @Override
  public SequencedMap<String, Tensor> state() {
    return own.map(OwnModel::state).orElseGet(LinkedHashMap::new);
  }

  @Override
  public void close() {
    rows.close();
    residual.close();
    own.ifPresent(OwnModel::close);
  }
}
