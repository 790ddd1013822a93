/**
 * An annotation processor: records of hyper-parameters get builders. Needed at compile time only.
 */
package dev.steepest.knobs;
