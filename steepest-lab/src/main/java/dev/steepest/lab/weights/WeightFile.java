package dev.steepest.lab.weights;

import dev.steepest.lab.data.source.Digest;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights in a file, by the names that they had in their network: safetensors (also a checkpoint of
 * ours), or what {@code torch.save} writes, old or new. The file is not trusted: it is data here,
 * whatever it says.
 */
public final class WeightFile {
  /** Enough to tell the formats apart. */
  private static final int FIRST = 512;

  private static final int TAR_MAGIC_AT = 257;

  /** What a checkpoint of ours has in front of the names of a network's tensors. */
  private static final String CHECKPOINT = "network/";

  private final Path file;
  private final String sha256;
  private final SequencedMap<String, StoredTensor> tensors;

  private WeightFile(Path file, String sha256, SequencedMap<String, StoredTensor> tensors) {
    this.file = file;
    this.sha256 = sha256;
    this.tensors = Collections.unmodifiableSequencedMap(tensors);
  }

  /** Where they are. */
  public Path file() {
    return file;
  }

  /** Of the whole file, in lower-case hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** By name, read when they are wanted. */
  SequencedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  /**
   * The checksum of a file whose content is not looked at.
   *
   * @throws UnusableWeightsException if it cannot be read
   */
  public static String sha256(Path file) {
    try {
      return digest(file);
    } catch (IOException e) {
      throw new UnusableWeightsException(file, spoken(e), "Copy or download it anew.", e);
    }
  }

  /**
   * Reads the names and shapes in a file. Tensors of a safetensors file belong to the caller's
   * scope.
   *
   * @throws UnusableWeightsException if the file is missing, damaged, of no known format, or asks
   *     for more than weights need
   */
  public static WeightFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableWeightsException(
          file, "there is no such file", "Give the path of a .safetensors or .pth file.");
    }
    try {
      return new WeightFile(file, digest(file), read(file));
    } catch (Malformed e) {
      throw unusable(file, e);
    } catch (IOException e) {
      throw new UnusableWeightsException(file, spoken(e), "Copy or download it anew.", e);
    }
  }

  private static UnusableWeightsException unusable(Path file, Malformed e) {
    return new UnusableWeightsException(file, e.getMessage(), e.remedy() + ".", e);
  }

  /**
   * Reads one tensor, onto the CPU, into the caller's scope.
   *
   * @throws UnusableWeightsException if its bytes are damaged
   */
  Tensor read(String name) {
    try {
      return tensors.get(name).read();
    } catch (Malformed e) {
      throw unusable(file, e);
    } catch (IOException e) {
      throw new UnusableWeightsException(file, spoken(e), "Copy or download it anew.", e);
    }
  }

  private static String spoken(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static SequencedMap<String, StoredTensor> read(Path file) throws IOException, Malformed {
    byte[] first = first(file);
    if (first.length > 1 && first[0] == 'P' && first[1] == 'K') {
      return StateDict.of(TorchArchive.read(file));
    }
    if (TorchStream.begins(first)) {
      return StateDict.of(TorchStream.read(file));
    }
    if (first.length > Long.BYTES && first[Long.BYTES] == '{') {
      return safetensors(file);
    }
    boolean tar =
        first.length == FIRST
            && new String(first, TAR_MAGIC_AT, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    throw new Malformed(
        tar
            ? "it is a tar, the format of PyTorch before 0.1.10, which is not read"
            : "it is neither safetensors nor a file of torch.save");
  }

  private static byte[] first(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(FIRST);
    }
  }

  private static SequencedMap<String, StoredTensor> safetensors(Path file)
      throws IOException, Malformed {
    Map<String, Tensor> all = new TreeMap<>(Safetensors.load(file));
    boolean checkpoint = all.keySet().stream().anyMatch(name -> name.startsWith(CHECKPOINT));
    SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
    all.forEach((name, tensor) -> {
      if (!checkpoint) {
        tensors.put(name, new Loaded(tensor));
      } else if (name.startsWith(CHECKPOINT)) {
        tensors.put(name.substring(CHECKPOINT.length()), new Loaded(tensor));
      }
    });
    if (tensors.isEmpty()) {
      throw new Malformed(
          all.isEmpty()
              ? "it holds no tensors"
              : "it is a checkpoint without the tensors of a network");
    }
    return StateDict.stripped(tensors);
  }

  /** One that is in memory already. */
  private record Loaded(Tensor tensor) implements StoredTensor {
    @Override
    public long[] shape() {
      return StoredTensor.shape(tensor);
    }

    @Override
    public Tensor read() {
      return tensor;
    }
  }

  private static String digest(Path file) throws IOException {
    return Digest.of(file, Digest.Algorithm.SHA_256).hex();
  }
}
