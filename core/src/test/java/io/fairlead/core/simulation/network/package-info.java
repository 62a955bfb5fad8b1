/**
 * An in-memory TCP on a virtual clock: {@link io.fairlead.core.simulation.network.SimulatedNetwork} decides from one seed
 * what arrives when, {@link io.fairlead.core.simulation.network.SimulatedTransport} shows it through the engine's seam.
 * Nothing here reads a clock or starts a thread.
 */
package io.fairlead.core.simulation.network;
