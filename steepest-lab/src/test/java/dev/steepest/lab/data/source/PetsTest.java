package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.cache.DecodedCache;
import dev.steepest.lab.data.decode.SamplePictures;
import dev.steepest.lab.data.source.DataSource.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PetsTest {

  @TempDir Path folder;
  private Pets pets;
  private Path place;

  @BeforeEach
  void writeFiles() throws IOException {
    pets = new Pets(new Pets.Size(3, 2, 2), new DecodedCache(folder.resolve("cache")));
    place = folder.resolve("oxford-iiit-pet");
    Files.createDirectories(place.resolve("images"));
    Files.createDirectories(place.resolve("annotations"));
    list("trainval.txt", "bull_terrier_3 2 2 1\nAbyssinian_10 1 1 1\nbull_terrier_1 2 2 1\n");
    list("test.txt", "# a comment\nAbyssinian_1 1 1 1\nbull_terrier_2 2 2 1\n");
    image("Abyssinian_1", 60, 40);
    image("Abyssinian_10", 40, 60);
    image("bull_terrier_1", 50, 50);
    image("bull_terrier_2", 300, 20);
    image("bull_terrier_3", 33, 44);
    image("in_no_list_1", 33, 44);
  }

  @Test
  void readsTheOfficialDivision() {
    assertThat(pets.presence(folder)).isEqualTo(Presence.HERE);
    try (TrainTest data = pets.load(folder, pets.standard().withSize(32))) {
      assertThat(data.train()).hasToString("pets/train: 3 images of 3×32×32, 2 classes");
      assertThat(data.train().labelArray()).containsExactly(1, 0, 1);
      assertThat(data.test().labelArray()).containsExactly(0, 1);
      assertThat(data.train().classes()).containsExactly("Abyssinian", "bull_terrier");
    }
    try (TrainTest data = pets.load(folder)) {
      assertThat(data.test()).hasToString("pets/test: 2 images of 3×224×224, 2 classes");
    }
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Files.delete(place.resolve("images").resolve("bull_terrier_2.jpg"));
    assertThat(pets.presence(folder)).isEqualTo(Presence.DAMAGED);
    assertThatThrownBy(() -> pets.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("bull_terrier_2.jpg: expected this image, found no such file")
        .hasMessageContaining("./steepest data fetch pets");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(pets.presence(empty)).isEqualTo(Presence.NOT_HERE);
    DataException error = catchThrowableOfType(DataException.class, () -> pets.load(empty));
    assertThat(error.problems())
        .containsExactly(
            empty
                + "/oxford-iiit-pet/annotations/trainval.txt: expected this file, found no such file",
            empty + "/oxford-iiit-pet/annotations/test.txt: expected this file, found no such file",
            empty + "/oxford-iiit-pet/images: expected this folder, found no such file");
  }

  @Test
  void listsAreChecked() throws IOException {
    list("test.txt", "Abyssinian_1 1 1\n");
    refused("an image, named once, and three numbers on line 1, found 'Abyssinian_1 1 1'");
    list("test.txt", "../../etc/x_1 1 1 1\n");
    refused("three numbers on line 1");
    list("test.txt", "bull_terrier_3 2 2 1\n");
    refused("an image, named once");
    list("test.txt", "Persian_1 1 1 1\nbull_terrier_2 2 2 1\n");
    refused("one breed of number 1, Abyssinian, found also Persian on line 1");
    list("test.txt", "Persian_1 4 1 1\nbull_terrier_2 2 2 1\n");
    refused("expected breeds 1 to 3, found none with number 3");
    list("test.txt", "Abyssinian_1 1 1 1\n");
    refused(
        "expected 3 train and 2 test images of 2 breeds, found 3 train and 1 test images of 2 breeds");
  }

  private void refused(String why) {
    assertThatThrownBy(() -> pets.load(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(why);
  }

  private void list(String name, String content) throws IOException {
    Files.writeString(place.resolve("annotations").resolve(name), content);
  }

  private void image(String name, int width, int height) throws IOException {
    Files.write(
        place.resolve("images").resolve(name + ".jpg"),
        SamplePictures.jpeg(width, height, name.hashCode()));
  }
}
