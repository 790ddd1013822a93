package dev.steepest.lab.model;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The networks by name: those that name an image and those that go on with a text. A new network is
 * one file and one line here.
 */
public final class Networks {
  private static final List<NetworkKind<Images>> IMAGE_CLASSIFIERS =
      Stream.concat(
              Stream.of(ResNet18.KIND, MiniViT.KIND, Airbench94.KIND, SmallCnn.KIND, Mlp.KIND),
              ResNet.KINDS.stream())
          .toList();

  private static final List<NetworkKind<Tokens>> LANGUAGE_MODELS =
      List.of(Gpt.KIND, GptLate2025.KIND, MoeGpt.KIND);

  private Networks() {}

  /** Image classifiers. */
  public static List<NetworkKind<Images>> all() {
    return IMAGE_CLASSIFIERS;
  }

  /** Language models, {@link LanguageNetwork}. */
  public static List<NetworkKind<Tokens>> language() {
    return LANGUAGE_MODELS;
  }

  /** Whether a network of this name is a language model. */
  public static boolean isLanguage(String name) {
    return LANGUAGE_MODELS.stream().anyMatch(kind -> kind.name().equals(name));
  }

  /**
   * The image classifier of a name.
   *
   * @throws IllegalArgumentException listing the known names
   */
  public static NetworkKind<Images> named(String name) {
    return named(IMAGE_CLASSIFIERS, name);
  }

  /**
   * A language model in its initial state.
   *
   * @param values settings by key; absent ones take their default
   * @throws IllegalArgumentException for an unknown name or key, a value out of range, or more
   *     tokens in the data than in the network
   */
  public static LanguageNetwork language(
      String name, Tokens tokens, Map<String, ?> values, long seed) {
    return (LanguageNetwork) named(LANGUAGE_MODELS, name).create(tokens, values, seed);
  }

  private static <I> NetworkKind<I> named(List<NetworkKind<I>> kinds, String name) {
    return kinds.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Unknown network '%s'; known are %s."
                    .formatted(name, kinds.stream().map(NetworkKind::name).toList())));
  }
}
