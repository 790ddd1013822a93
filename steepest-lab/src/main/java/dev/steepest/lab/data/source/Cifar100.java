package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import dev.steepest.lab.data.source.ImageOptions.Labelling;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * CIFAR-100: 50,000 + 10,000 photographs, 32×32 RGB, of 100 kinds in 20 groups of five (Krizhevsky,
 * 2009), from the official binary distribution, in the data folder or its folder {@code cifar100}.
 * A record is the label of the group, the label of the kind, and the pixels.
 */
public final class Cifar100 implements DataSource {

  private static final String FOLDER = "cifar-100-binary";
  private static final List<String> TRAIN_FILES = List.of("train.bin");
  private static final List<String> TEST_FILES = List.of("test.bin");

  /** In the order of {@code fine_label_names.txt}. */
  private static final List<String> FINE =
      words(
          """
          apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
          butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch
          crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house
          kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
          mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree
          plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew
          skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
          telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf
          woman worm
          """);

  /** In the order of {@code coarse_label_names.txt}. */
  private static final List<String> COARSE =
      words(
          """
          aquatic_mammals fish flowers food_containers fruit_and_vegetables
          household_electrical_devices household_furniture insects large_carnivores
          large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores
          medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1
          vehicles_2
          """);

  /** The two files have 184,440,000 bytes and three small texts; assumed: room for a few more. */
  private static final long UNPACKED_LIMIT = 200_000_000;

  private final int trainSize;
  private final int testSize;

  public Cifar100() {
    this(50_000, 10_000);
  }

  /** For files of another length than the official ones. */
  Cifar100(int trainSize, int testSize) {
    this.trainSize = trainSize;
    this.testSize = testSize;
  }

  @Override
  public String name() {
    return "cifar100";
  }

  @Override
  public String about() {
    return "photographs of 100 kinds, or 20 groups, 32×32 RGB, 50,000 train and 10,000 test"
        + " (Krizhevsky, 2009)";
  }

  /** MD5 as published at www.cs.toronto.edu/~kriz/cifar.html. */
  @Override
  public List<RemoteFile> files() {
    return List.of(
        new RemoteFile(
            URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
            FOLDER,
            168_513_733,
            Digest.md5("03b5dce01913d631647c71ecec9e9cb8"),
            Packing.TAR_GZ,
            UNPACKED_LIMIT));
  }

  /** Mean and deviation of the training pixels, as everywhere quoted. */
  @Override
  public Normalization normalization() {
    return new Normalization(
        List.of(0.5071f, 0.4865f, 0.4409f), List.of(0.2673f, 0.2564f, 0.2762f));
  }

  /** With {@code imagenet}, which networks trained there expect. */
  @Override
  public SequencedMap<String, Normalization> normalizations() {
    SequencedMap<String, Normalization> all = DataSource.super.normalizations();
    all.put("imagenet", Normalization.IMAGENET);
    return all;
  }

  @Override
  public Set<Choice> choices() {
    return Set.of(Choice.LABELS);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    boolean fine = options.labels() == Labelling.FINE;
    CifarRecords records = new CifarRecords(FOLDER, 2, fine ? 1 : 0, fine ? FINE : COARSE);
    Findings findings = new Findings(name(), folder);
    Path place =
        records.locate(
            folder, name(), Stream.of(TRAIN_FILES, TEST_FILES).flatMap(List::stream).toList());
    CifarRecords.Part train = records.read(place, TRAIN_FILES, trainSize, findings);
    CifarRecords.Part test = records.read(place, TEST_FILES, testSize, findings);
    findings.raise();
    return new TrainTest(train.toSet("cifar100/train"), test.toSet("cifar100/test"));
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.strip().split("\\s+"));
  }
}
