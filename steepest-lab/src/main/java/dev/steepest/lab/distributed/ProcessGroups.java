package dev.steepest.lab.distributed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_gloo;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/** libtorch's process groups: Gloo for what is on the CPU, NCCL for what is on a GPU. */
final class ProcessGroups implements AutoCloseable {
  /**
   * Practically none: the heartbeat notices who is lost, and others may be waited for as long as
   * they answer, e.g. for rank 0's next word while it waits for another session.
   */
  private static final Duration TIMEOUT = Duration.ofDays(365);

  /** Names the network interface to use, as for every program on Gloo. */
  private static final String INTERFACE = "GLOO_SOCKET_IFNAME";

  private final List<Store> stores = new ArrayList<>(); // on which the groups do not hold a hand
  private final Backend gloo;
  private final Optional<Backend> nccl;

  /**
   * @param address of this machine, at which the others reach it
   */
  ProcessGroups(World world, Store store, String address) {
    Loader.load(torch_gloo.class); // else the first call crashes
    try (PointerScope _ = new PointerScope()) {
      gloo = gloo(world, store, address).retainReference();
      nccl =
          torch.cuda_is_available()
              ? Optional.of(nccl(world, store).retainReference())
              : Optional.empty();
    }
  }

  private Backend gloo(World world, Store store, String address) {
    var options = ProcessGroupGloo.Options.create_default(new Milliseconds(TIMEOUT.toMillis()));
    String named = System.getenv(INTERFACE);
    options.devices(
        new GlooDeviceVector(
            named == null
                ? ProcessGroupGloo.createDeviceForHostname(address)
                : ProcessGroupGloo.createDeviceForInterface(named)));
    try (QuietOutput _ = QuietOutput.begin()) {
      return new ProcessGroupGloo(part("gloo", store), world.rank(), world.size(), options);
    }
  }

  private Backend nccl(World world, Store store) {
    try {
      var options = ProcessGroupNCCL.Options.create();
      options.timeout(new Milliseconds(TIMEOUT.toMillis()));
      return new ProcessGroupNCCL(part("nccl", store), world.rank(), world.size(), options);
    } catch (LinkageError e) {
      throw new WorldException(
          "This machine has GPUs, but NCCL, by which several processes train on them, cannot be loaded: "
              + e.getMessage()
              + ". Install NCCL 2, build with -Pgpu, or hide the GPUs (CUDA_VISIBLE_DEVICES=).");
    }
  }

  private Store part(String name, Store store) {
    Store part = new PrefixStore(name, store).retainReference();
    stores.add(part);
    return part;
  }

  String name() {
    return nccl.isPresent() ? "nccl" : "gloo";
  }

  Work sum(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      return of(tensor)
          .allreduce(new TensorVector(tensor), new AllreduceOptions())
          .retainReference();
    }
  }

  Work spread(Tensor tensor, int from) {
    try (PointerScope _ = new PointerScope()) {
      return of(tensor)
          .broadcast(new TensorVector(tensor), new BroadcastOptions().rootRank(from))
          .retainReference();
    }
  }

  Work send(Tensor tensor, int to) {
    try (PointerScope _ = new PointerScope()) {
      return of(tensor).send(new TensorVector(tensor), to, 0).retainReference();
    }
  }

  Work receive(Tensor tensor, int from) {
    try (PointerScope _ = new PointerScope()) {
      return of(tensor).recv(new TensorVector(tensor), from, 0).retainReference();
    }
  }

  private Backend of(Tensor tensor) {
    return tensor.is_cuda() ? nccl.orElseThrow() : gloo;
  }

  @Override
  public void close() {
    nccl.ifPresent(Backend::releaseReference);
    gloo.releaseReference();
    stores.forEach(Store::releaseReference);
  }
}
