/**
 * What is known of a backend's health, as state machines that nothing but results and times go into: consecutive checks
 * ({@link io.fairlead.core.health.CheckTally}) and failures seen in the traffic ({@link io.fairlead.core.health.Ejection}).
 * Each belongs to one backend. Who checks, who may be ejected and what follows from it is decided by the loop.
 *
 * <p>There is no clock here: times come in as {@code nowNs} and are compared by subtraction, for they wrap.
 */
package io.fairlead.core.health;
