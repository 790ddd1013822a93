package dev.steepest.lab.data.source;

import dev.steepest.lab.data.source.ClassTree.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The lists of Oxford-IIIT Pet: on each line the name of an image without {@code .jpg}, the number
 * of its breed from 1, that of its species, and that of the breed within the species. An image is
 * called after its breed: {@code staffordshire_bull_terrier_12}.
 *
 * @param breeds names by label
 * @param train images of {@code trainval.txt}
 * @param test images of {@code test.txt}
 */
record PetLists(List<String> breeds, List<Item> train, List<Item> test) {

  /** Adds what is wrong to the findings; the lists mean nothing then. */
  static PetLists read(Path trainList, Path testList, Findings findings) {
    Map<Integer, String> breeds = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    List<Item> train = items(trainList, breeds, seen, findings);
    List<Item> test = items(testList, breeds, seen, findings);
    for (int number = 1; number <= breeds.size(); number++) {
      if (!breeds.containsKey(number)) {
        findings.add(trainList, "breeds 1 to " + breeds.size(), "none with number " + number);
        break;
      }
    }
    return new PetLists(List.copyOf(breeds.values()), train, test);
  }

  private static List<Item> items(
      Path list, Map<Integer, String> breeds, Set<String> seen, Findings findings) {
    List<Item> items = new ArrayList<>();
    if (!Files.isRegularFile(list)) {
      findings.add(list, "this file", Findings.NO_SUCH_FILE);
      return items;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(list, StandardCharsets.UTF_8);
    } catch (IOException e) {
      findings.add(list, "a readable text", e.toString());
      return items;
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] word = line.split("\\s+");
      int cut = word[0].lastIndexOf('_');
      boolean formed =
          word.length == 4 && cut > 0 && word[1].matches("[1-9]\\d{0,3}") && !word[0].contains("/");
      if (!formed || !seen.add(word[0])) {
        findings.add(
            list,
            "an image, named once, and three numbers on line " + (i + 1),
            "'%s'".formatted(line));
        return items;
      }
      int number = Integer.parseInt(word[1]);
      String breed = word[0].substring(0, cut);
      String known = breeds.putIfAbsent(number, breed);
      if (known != null && !known.equals(breed)) {
        findings.add(
            list,
            "one breed of number %d, %s".formatted(number, known),
            "also %s on line %d".formatted(breed, i + 1));
        return items;
      }
      items.add(new Item(word[0] + ".jpg", number - 1));
    }
    return items;
  }
}
