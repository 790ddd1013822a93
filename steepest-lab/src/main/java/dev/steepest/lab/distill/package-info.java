/** Score distillation: images optimised with the gradient of a frozen diffusion model. */
package dev.steepest.lab.distill;
