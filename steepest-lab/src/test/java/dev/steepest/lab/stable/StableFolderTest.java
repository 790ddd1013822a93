package dev.steepest.lab.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.DataException;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model folder must be, and what is said of one that is not. */
class StableFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    TinyStable.write(folder, TinyStable.Version.ONE);
  }

  private List<String> problems() {
    return problemsOf(folder);
  }

  private static List<String> problemsOf(Path folder) {
    try {
      StableFolder.open(folder);
      return List.of();
    } catch (DataException e) {
      return e.problems();
    }
  }

  private void edit(String file, String before, String after) throws IOException {
    Path path = folder.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(before);
    Files.writeString(path, text.replace(before, after));
  }

  @Test
  void a_whole_folder_describes_itself() {
    StableFolder opened = StableFolder.open(folder);
    assertThat(opened.latentShape()).containsExactly(4, 8, 8);
    assertThat(opened.imageShape()).containsExactly(3, 16, 16);
    assertThat(opened.scheduler().offset()).isEqualTo(1);
    assertThat(String.join("\n", opened.describe()))
        .contains("text_encoder", "unet", "vae", "parameters", "Float", "1000 time steps", "noise")
        .contains("images        16×16 pixels of latents 4×8×8");
  }

  @Test
  void the_schedule_is_that_of_stable_diffusion() {
    var noise = StableFolder.open(folder).scheduler().noise();
    // ᾱ as score-distillation.md lists them, rounded to six places there.
    Map.of(0, .999150, 21, .980381, 200, .753692, 500, .276333, 979, .005913, 999, .004660)
        .forEach((t, share) -> assertThat(noise.alphaBar(t)).isCloseTo(share, within(5e-7)));
  }

  @Test
  void every_missing_file_is_named() throws IOException {
    Files.delete(folder.resolve("tokenizer/merges.txt"));
    Files.delete(folder.resolve("text_encoder/config.json"));
    Files.delete(folder.resolve("unet/diffusion_pytorch_model.safetensors"));
    Files.delete(folder.resolve("vae/diffusion_pytorch_model.safetensors"));
    Files.writeString(folder.resolve("vae/diffusion_pytorch_model.bin"), "");
    Files.delete(folder.resolve("scheduler/scheduler_config.json"));
    assertThat(problems())
        .hasSize(5)
        .anyMatch(line -> line.contains("merges.txt: there is no such file"))
        .anyMatch(line -> line.contains("text_encoder/config.json: there is no such file"))
        .anyMatch(line ->
            line.contains("unet/diffusion_pytorch_model.safetensors")
                && line.contains("fp16.safetensors"))
        .anyMatch(line -> line.contains("only diffusion_pytorch_model.bin, which is a pickle"))
        .anyMatch(line -> line.contains("scheduler_config.json: there is no such file"));
    assertThat(problemsOf(folder.resolve("nowhere"))).hasSize(1);
  }

  @Test
  void every_tensor_that_does_not_fit_is_named() throws IOException {
    Path file = folder.resolve("unet/diffusion_pytorch_model.safetensors");
    try (PointerScope _ = new PointerScope()) {
      Map<String, Tensor> tensors = Safetensors.load(file);
      tensors.remove("conv_in.weight");
      tensors.remove("mid_block.resnets.0.norm1.bias");
      tensors.put("conv_out.bias", torch.zeros(5));
      tensors.put("time_embedding.linear_1.bias", torch.zeros(32).to(ScalarType.Long));
      tensors.put("add_embedding.weight", torch.zeros(1));
      Safetensors.save(file, tensors, Map.of());
    }
    assertThat(problems())
        .hasSize(5)
        .allMatch(line -> line.startsWith(file.toString()))
        .anyMatch(line -> line.endsWith("missing conv_in.weight [8, 4, 3, 3]"))
        .anyMatch(line -> line.endsWith("missing mid_block.resnets.0.norm1.bias [16]"))
        .anyMatch(line -> line.endsWith("conv_out.bias has shape [5], expected [4]"))
        .anyMatch(line -> line.contains("time_embedding.linear_1.bias is of type Long"))
        .anyMatch(line -> line.endsWith("unexpected add_embedding.weight"));
  }

  @Test
  void of_many_problems_a_dozen_is_listed() throws IOException {
    edit("unet/config.json", "\"layers_per_block\": 1", "\"layers_per_block\": 2");
    assertThat(problems())
        .hasSizeBetween(14, 30)
        .anyMatch(line -> line.matches(".*: and \\d+ more tensors are missing"));
  }

  @Test
  void settings_that_are_not_supported_are_named_together() throws IOException {
    edit(
        "unet/config.json",
        "\"freq_shift\": 0",
        "\"freq_shift\": 1, \"addition_embed_type\": \"text\"");
    edit("text_encoder/config.json", "quick_gelu", "relu");
    edit("scheduler/scheduler_config.json", "epsilon", "sample");
    edit("vae/config.json", "\"act_fn\": \"silu\"", "\"act_fn\": \"mish\"");
    assertThat(problems())
        .hasSize(5)
        .anyMatch(line -> line.endsWith("freq_shift = 1 is not supported, only 0"))
        .anyMatch(line -> line.endsWith("addition_embed_type = \"text\" is not supported"))
        .anyMatch(line -> line.contains("hidden_act = \"relu\"") && line.contains("quick_gelu"))
        .anyMatch(line -> line.contains("prediction_type = \"sample\""))
        .anyMatch(line -> line.contains("act_fn = \"mish\" is not supported, only \"silu\""));
  }

  @Test
  void parts_must_go_together() throws IOException {
    edit("tokenizer/tokenizer_config.json", "12", "77");
    assertThat(problems())
        .containsExactly(
            "tokenizer makes prompts of 77 tokens (model_max_length), but text_encoder reads 12"
                + " (max_position_embeddings)");
  }

  @Test
  void a_damaged_file_is_named() throws IOException {
    Files.writeString(folder.resolve("unet/config.json"), "{\n\"act_fn\": }");
    Path weights = folder.resolve("vae/diffusion_pytorch_model.safetensors");
    byte[] all = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(all, all.length - 4));
    assertThat(problems())
        .hasSize(2)
        .anyMatch(line -> line.contains("unet/config.json:2: "))
        .anyMatch(line -> line.contains(weights + " is no safetensors file"));
  }

  @Test
  void the_message_says_what_to_do() throws IOException {
    Files.delete(folder.resolve("tokenizer/vocab.json"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> StableFolder.open(folder))
        .withMessageContaining("Cannot use the model folder " + folder)
        .withMessageContaining("as diffusers saves it");
  }
}
