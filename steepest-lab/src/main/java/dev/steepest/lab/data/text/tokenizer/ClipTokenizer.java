package dev.steepest.lab.data.text.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * CLIP's byte-pair encoding of prompts (Radford et al., 2021, arXiv:2103.00020): lower case, words
 * and runs of signs apart, the last letter of each marked {@code </w>}. Immutable and safe for many
 * threads.
 *
 * <p>A prompt is a row of equal length for all: the start of text, its tokens, the end of text, and
 * padding. It is not a {@link Tokenizer}, since blanks and capitals are lost.
 *
 * <p>Text is never parsed for commands: where a prompt spells out {@code <|endoftext|>}, its
 * letters become ordinary tokens. HTML entities and broken encodings are taken as they are.
 */
public final class ClipTokenizer {
  private static final String START = "<|startoftext|>";
  private static final String END = Tokenizers.END_OF_TEXT;
  private static final String WORD_END = "</w>";

  private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Contractions, words, single digits, runs of other signs. */
  private static final Pattern PIECE =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final ClipVocabulary vocabulary;

  public ClipTokenizer(ClipVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Number of tokens: every token is 0 … vocabulary − 1. */
  public int vocabulary() {
    return vocabulary.size();
  }

  /** Tokens of a prompt's row, e.g. 77. */
  public int length() {
    return vocabulary.length();
  }

  /** The tokens of a text, without start, end and padding. */
  public int[] encode(String text) {
    String clean =
        BLANKS
            .matcher(Normalizer.normalize(text, Normalizer.Form.NFC))
            .replaceAll(" ")
            .strip()
            .toLowerCase(Locale.ROOT);
    return PIECE
        .matcher(clean)
        .results()
        .map(MatchResult::group)
        .flatMapToInt(piece -> merge(piece).stream().mapToInt(vocabulary::token))
        .toArray();
  }

  /**
   * What the text encoder is fed.
   *
   * @return {@link #length()} tokens
   * @throws IllegalArgumentException if the text is too long, quoting what has no place
   */
  public int[] prompt(String text) {
    int[] tokens = encode(text);
    int room = length() - 2;
    if (tokens.length > room) {
      throw new IllegalArgumentException(
          "The prompt has %d tokens, but the text encoder reads %d: shorten it. There is no place"
                  .formatted(tokens.length, room)
              + " for \"%s\"."
                  .formatted(vocabulary.spoken(Arrays.copyOfRange(tokens, room, tokens.length))));
    }
    int[] row = new int[length()];
    Arrays.fill(row, vocabulary.padding());
    row[0] = vocabulary.token(START);
    System.arraycopy(tokens, 0, row, 1, tokens.length);
    row[tokens.length + 1] = vocabulary.token(END);
    return row;
  }

  /** The strings that a word becomes: its letters, the pair of the lowest rank merged each time. */
  private List<String> merge(String piece) {
    List<String> parts = new ArrayList<>();
    ByteAlphabet.spell(piece).chars().forEach(letter -> parts.add(Character.toString(letter)));
    parts.set(parts.size() - 1, parts.getLast() + WORD_END);
    while (true) {
      int best = -1;
      int lowest = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = vocabulary.rank(parts.get(i), parts.get(i + 1));
        if (rank < lowest) {
          lowest = rank;
          best = i;
        }
      }
      if (best < 0) {
        return parts;
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
  }
}
