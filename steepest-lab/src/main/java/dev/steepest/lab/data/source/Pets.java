package dev.steepest.lab.data.source;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.cache.CacheFolder;
import dev.steepest.lab.data.cache.DecodedCache;
import dev.steepest.lab.data.files.ImageFiles;
import dev.steepest.lab.data.source.ClassTree.Item;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Oxford-IIIT Pet: photographs of 37 breeds of cats and dogs (Parkhi, Vedaldi, Zisserman and
 * Jawahar, 2012), divided as its authors divided it: {@code annotations/trainval.txt} is the
 * training data, {@code annotations/test.txt} the test. Its two folders lie in {@code
 * oxford-iiit-pet} (as torchvision has them), {@code pets} or the data folder itself.
 */
public final class Pets implements DataSource {

  private static final String FOLDER = "oxford-iiit-pet";
  private static final String IMAGES = "images";
  private static final String ANNOTATIONS = "annotations";
  private static final String TRAIN_LIST = "trainval.txt";
  private static final String TEST_LIST = "test.txt";

  /** What networks trained on ImageNet are shown. */
  private static final int STANDARD_SIZE = 224;

  /** Derived: a tenth of the training images, ten of each breed. */
  private static final int VALIDATION = 370;

  /** Assumed: JPEG hardly compresses, so that 792 MB become little more. */
  private static final long IMAGES_LIMIT = 1_000_000_000;

  /** Assumed: 19 MB of small PNG masks and texts. */
  private static final long ANNOTATIONS_LIMIT = 200_000_000;

  private final Size size;
  private final Optional<DecodedCache> cache;

  /** How much the official lists name. */
  record Size(int train, int test, int breeds) {
    @Override
    public String toString() {
      return "%d train and %d test images of %d breeds".formatted(train, test, breeds);
    }
  }

  public Pets() {
    this.size = new Size(3680, 3669, 37);
    this.cache = Optional.empty();
  }

  /** For lists of another length than the official ones, with another cache than this machine's. */
  Pets(Size size, DecodedCache cache) {
    this.size = size;
    this.cache = Optional.of(cache);
  }

  @Override
  public String name() {
    return "pets";
  }

  @Override
  public String about() {
    return "Oxford-IIIT Pet: photographs of 37 breeds, 3,680 train and 3,669 test (Parkhi et al., 2012)";
  }

  /** MD5 sums: torchvision's oxford_iiit_pet.py; lengths: the server's Content-Length. */
  @Override
  public List<RemoteFile> files() {
    return List.of(
        archive(IMAGES, 791_918_971, "5c4f3ee8e5d25df40f4fd59a7f44e54c", IMAGES_LIMIT),
        archive(ANNOTATIONS, 19_173_078, "95a8c909bbe2e81eed6a22bccdf3f68f", ANNOTATIONS_LIMIT));
  }

  private static RemoteFile archive(String name, long bytes, String md5, long limit) {
    return new RemoteFile(
        URI.create("https://www.robots.ox.ac.uk/~vgg/data/pets/data/" + name + ".tar.gz"),
        FOLDER + "/" + name,
        bytes,
        Digest.md5(md5),
        Packing.TAR_GZ,
        limit);
  }

  /** ImageNet's, as is usual for photographs. */
  @Override
  public Normalization normalization() {
    return Normalization.IMAGENET;
  }

  @Override
  public SequencedMap<String, Normalization> normalizations() {
    SequencedMap<String, Normalization> all = DataSource.super.normalizations();
    all.put("half", Normalization.HALF);
    return all;
  }

  @Override
  public Set<Choice> choices() {
    return Set.of(Choice.DECODING);
  }

  @Override
  public ImageOptions standard() {
    return ImageOptions.STANDARD.withSize(STANDARD_SIZE);
  }

  @Override
  public int standardValidation() {
    return VALIDATION;
  }

  /** By the lists and the names in the folder; nothing is decoded. */
  @Override
  public Presence presence(Path folder) {
    Path place = locate(folder);
    Findings findings = new Findings(name(), folder);
    PetLists lists = lists(place, findings);
    if (!Files.exists(place)) {
      return Presence.NOT_HERE;
    }
    boolean whole =
        !findings.any()
            && Files.isDirectory(place.resolve(IMAGES))
            && missing(place, lists).isEmpty();
    return whole ? Presence.HERE : Presence.DAMAGED;
  }

  @Override
  public TrainTest loadAnew(Path folder, ImageOptions options, Path scratch) {
    return new Pets(size, new DecodedCache(scratch)).load(folder, options);
  }

  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    Path place = locate(folder);
    Findings findings = new Findings(name(), folder);
    PetLists lists = lists(place, findings);
    Path images = place.resolve(IMAGES);
    if (!Files.isDirectory(images)) {
      findings.add(images, "this folder", Findings.NO_SUCH_FILE);
    } else {
      missing(place, lists).stream()
          .limit(Findings.LISTED)
          .forEach(path -> findings.add(images.resolve(path), "this image", Findings.NO_SUCH_FILE));
    }
    findings.raise();
    try (ImageFiles files = ImageFiles.open(images)) {
      List<Item> items = Stream.concat(lists.train().stream(), lists.test().stream()).toList();
      DecodedSets sets =
          new DecodedSets(
              name(),
              files,
              lists.breeds(),
              items,
              options,
              cache.orElseGet(() -> new DecodedCache(CacheFolder.resolve())));
      return new TrainTest(
          sets.set("train", lists.train(), 0),
          Optional.empty(),
          sets.set("test", lists.test(), lists.train().size()),
          sets.notes());
    }
  }

  private PetLists lists(Path place, Findings findings) {
    Path annotations = place.resolve(ANNOTATIONS);
    PetLists lists =
        PetLists.read(annotations.resolve(TRAIN_LIST), annotations.resolve(TEST_LIST), findings);
    if (!findings.any()) {
      Size found = new Size(lists.train().size(), lists.test().size(), lists.breeds().size());
      if (!found.equals(size)) {
        findings.add(annotations, size.toString(), found.toString());
      }
    }
    return lists;
  }

  private static List<String> missing(Path place, PetLists lists) {
    try (ImageFiles files = ImageFiles.open(place.resolve(IMAGES))) {
      Set<String> there = new HashSet<>(files.paths());
      return Stream.concat(lists.train().stream(), lists.test().stream())
          .map(Item::path)
          .filter(path -> !there.contains(path))
          .toList();
    }
  }

  private static Path locate(Path folder) {
    return Stream.of(folder.resolve(FOLDER), folder.resolve("pets"), folder)
        .filter(place -> Files.isDirectory(place.resolve(ANNOTATIONS)))
        .findFirst()
        .orElse(folder.resolve(FOLDER));
  }
}
