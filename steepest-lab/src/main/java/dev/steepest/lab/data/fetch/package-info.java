/** Downloads: resumed, verified, unpacked within bounds, and moved into place at once. */
package dev.steepest.lab.data.fetch;
