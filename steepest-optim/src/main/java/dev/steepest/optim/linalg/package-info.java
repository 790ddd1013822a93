/**
 * Routines on stacks of matrices that know nothing of parameters: orthogonalisation, bases,
 * steepest directions.
 */
package dev.steepest.optim.linalg;
