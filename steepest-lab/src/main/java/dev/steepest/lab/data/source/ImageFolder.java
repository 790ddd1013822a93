package dev.steepest.lab.data.source;

import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.Splits;
import dev.steepest.lab.data.cache.CacheFolder;
import dev.steepest.lab.data.cache.DecodedCache;
import dev.steepest.lab.data.files.ImageFiles;
import dev.steepest.lab.data.source.ClassTree.Item;
import dev.steepest.lab.data.source.ClassTree.Part;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Any folder or zip archive of images: {@code CLASS/*.jpg}, divided by a share of each class, or
 * {@code train/CLASS} and {@code test/CLASS} (see {@link ClassTree}).
 */
public final class ImageFolder implements DataSource {

  private final Optional<DecodedCache> cache;

  public ImageFolder() {
    this.cache = Optional.empty();
  }

  /** With another cache than this machine's. */
  ImageFolder(DecodedCache cache) {
    this.cache = Optional.of(cache);
  }

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public String about() {
    return "any folder or zip of CLASS/*.jpg|png, or of train/CLASS and test/CLASS (data.folder)";
  }

  @Override
  public List<RemoteFile> files() {
    return List.of();
  }

  /** ImageNet's, as is usual for photographs. */
  @Override
  public Normalization normalization() {
    return Normalization.IMAGENET;
  }

  /** With {@code half}: from −1 to 1; and that of CIFAR-10. */
  @Override
  public SequencedMap<String, Normalization> normalizations() {
    SequencedMap<String, Normalization> all = DataSource.super.normalizations();
    all.put("half", Normalization.HALF);
    all.put("cifar10", new Cifar10().normalization());
    return all;
  }

  @Override
  public Set<Choice> choices() {
    return Set.of(Choice.DECODING, Choice.TREE);
  }

  @Override
  public Presence presence(Path folder) {
    return Presence.GIVEN;
  }

  @Override
  public TrainTest loadAnew(Path folder, ImageOptions options, Path scratch) {
    return new ImageFolder(new DecodedCache(scratch)).load(folder, options);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    if (options.tree().folder().isBlank()) {
      throw new DataException(
          "Cannot read images from a folder without a name",
          List.of("data.folder: expected a folder or zip archive, found nothing"),
          "");
    }
    Path root = folder.resolve(options.tree().folder());
    try (ImageFiles files = ImageFiles.open(root)) {
      ClassTree tree = ClassTree.of(files.paths());
      if (!tree.problems().isEmpty()) {
        throw new DataException(
            "Cannot read images from " + root,
            tree.problems(),
            "Lay them out as CLASS/*.jpg, or as train/CLASS/*.jpg and test/CLASS/*.jpg.");
      }
      return load(root.getFileName().toString(), files, tree, options);
    }
  }

  private TrainTest load(String name, ImageFiles files, ClassTree tree, ImageOptions options) {
    Map<Part, List<Item>> parts = tree.parts();
    List<Item> items = parts.values().stream().flatMap(List::stream).toList();
    DecodedSets sets =
        new DecodedSets(
            name,
            files,
            tree.classes(),
            items,
            options,
            cache.orElseGet(() -> new DecodedCache(CacheFolder.resolve())));
    if (parts.containsKey(Part.ALL)) {
      try (ImageSet all = sets.set("all", items, 0)) {
        return carved(name, all, options.tree(), sets.notes());
      }
    }
    List<Item> train = parts.get(Part.TRAIN);
    List<Item> validation = parts.getOrDefault(Part.VALIDATION, List.of());
    int at = train.size() + validation.size();
    List<String> notes = new ArrayList<>(sets.notes());
    if (!tree.outside().isEmpty()) {
      notes.add(outside(tree.outside()));
    }
    if (!validation.isEmpty()) {
      notes.add("data: the folder's own validation images are used; data.validation is not");
    }
    return new TrainTest(
        sets.set("train", train, 0),
        validation.isEmpty()
            ? Optional.empty()
            : Optional.of(sets.set("validation", validation, train.size())),
        sets.set("test", parts.get(Part.TEST), at),
        notes);
  }

  private static String outside(SortedMap<String, Integer> images) {
    return "data: left out %d image files beside train, val and test: %s"
        .formatted(
            images.values().stream().mapToInt(Integer::intValue).sum(),
            ClassTree.some(
                images.entrySet().stream()
                    .map(each ->
                        each.getKey().endsWith("/")
                            ? "%s (%d)".formatted(each.getKey(), each.getValue())
                            : each.getKey())
                    .toList()));
  }

  private static TrainTest carved(
      String name, ImageSet all, ImageOptions.Tree tree, List<String> notes) {
    int size = Math.clamp(Math.round(all.size() * tree.testShare()), 1, all.size() - 1);
    boolean[] chosen =
        Splits.stratified(
            Purpose.TEST_SPLIT, all.labelArray(), all.classes().size(), size, tree.splitSeed());
    return new TrainTest(
        all.subset(name + "/train", positions(chosen, false)),
        Optional.empty(),
        all.subset(name + "/test", positions(chosen, true)),
        notes);
  }

  private static long[] positions(boolean[] chosen, boolean wanted) {
    return IntStream.range(0, chosen.length)
        .filter(i -> chosen[i] == wanted)
        .asLongStream()
        .toArray();
  }
}
