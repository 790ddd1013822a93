/**
 * Networks.
 *
 * <p>A {@link dev.steepest.lab.model.Network} is a function over named tensors: it keeps its state
 * in the order and under the names of the published PyTorch code, so that a checkpoint, a golden
 * file and a parameter group speak of the same thing. It knows no data set and no optimizer rule.
 *
 * <p>Networks do not extend JavaCPP's {@code Module}: that class cannot be cloned from Java,
 * returns its children as plain modules, and hides which native handles it creates. Here each layer
 * holds its tensors as fields and calls the functional operators of libtorch; {@code close()}
 * releases all of them.
 *
 * <p>Trap: in-place operators are called as methods, {@code x.relu_()}, never as {@code
 * torch.relu_(x)}. The method returns the same handle; the static function returns a second one
 * that does not own the tensor and dangles as soon as the first is released.
 */
package dev.steepest.lab.model;
