package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.source.ClassTree.Item;
import dev.steepest.lab.data.source.ClassTree.Part;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassTreeTest {

  @Test
  void classesAreFoldersInAlphabeticalOrder() {
    ClassTree tree = tree("cat/1.jpg", "cat/deep/2.jpg", "dog/1.jpg");
    assertThat(tree.problems()).isEmpty();
    assertThat(tree.classes()).containsExactly("cat", "dog");
    assertThat(tree.parts())
        .containsOnlyKeys(Part.ALL)
        .containsEntry(
            Part.ALL,
            List.of(
                new Item("cat/1.jpg", 0), new Item("cat/deep/2.jpg", 0), new Item("dog/1.jpg", 1)));
  }

  @Test
  void partsAreFoldersToo() {
    ClassTree tree =
        tree("test/a/1.jpg", "test/b/1.jpg", "train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg");
    assertThat(tree.problems()).isEmpty();
    assertThat(tree.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(tree.parts().get(Part.TRAIN)).extracting(Item::label).containsExactly(0, 0, 1);
    assertThat(tree.parts().get(Part.TEST)).extracting(Item::label).containsExactly(0, 1);
  }

  @Test
  void valIsTheTestWhereThereIsNoOther() {
    assertThat(tree("train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/b/1.jpg").parts())
        .containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(
            tree(
                    "test/a/1.jpg",
                    "test/b/1.jpg",
                    "train/a/1.jpg",
                    "train/b/1.jpg",
                    "valid/a/1.jpg",
                    "valid/b/1.jpg")
                .parts())
        .containsOnlyKeys(Part.TRAIN, Part.VALIDATION, Part.TEST);
  }

  @Test
  void aFolderAroundAllIsLookedThrough() {
    ClassTree tree =
        tree("x/y/test/a/1.jpg", "x/y/test/b/1.jpg", "x/y/train/a/1.jpg", "x/y/train/b/1.jpg");
    assertThat(tree.classes()).containsExactly("a", "b");
    assertThat(tree.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(tree("x/a/1.jpg", "x/b/1.jpg").classes()).containsExactly("a", "b");
    assertThat(tree("train/a/1.jpg", "train/b/1.jpg").parts()).containsOnlyKeys(Part.ALL);
  }

  @Test
  void classesThatDifferBetweenPartsAreNamed() {
    assertThat(
            tree(
                    "test/a/1.jpg",
                    "test/c/1.jpg",
                    "test/d/1.jpg",
                    "train/a/1.jpg",
                    "train/b/1.jpg",
                    "val/a/1.jpg")
                .problems())
        .containsExactly(
            "classes of train that validation has not: b",
            "classes of test that train has not: c, d",
            "classes of train that test has not: b");
  }

  @Test
  void imagesWithoutAClassAreNamed() {
    assertThat(tree("1.jpg", "2.jpg", "a/1.jpg", "b/2.jpg").problems())
        .containsExactly(
            "expected every image in the folder of its class, found without: 1.jpg, 2.jpg");
    assertThat(
            tree("test/a/1.jpg", "test/b/1.jpg", "train/1.jpg", "train/a/1.jpg", "train/b/1.jpg")
                .problems())
        .containsExactly(
            "expected every image in the folder of its class, found without: train/1.jpg");
  }

  @Test
  void thereAreAtLeastTwoClasses() {
    assertThat(tree().problems()).singleElement().asString().endsWith("found none");
    assertThat(tree("a/1.jpg", "a/2.jpg").problems())
        .containsExactly("expected at least two classes, found only the folder 'a'");
  }

  @Test
  void longListsAreCut() {
    String[] paths = new String[20];
    for (int i = 0; i < 20; i++) {
      paths[i] = "%02d.jpg".formatted(i);
    }
    assertThat(tree(paths).problems()).singleElement().asString().endsWith("09.jpg and 10 more");
  }

  private static ClassTree tree(String... paths) {
    return ClassTree.of(Arrays.asList(paths));
  }
}
