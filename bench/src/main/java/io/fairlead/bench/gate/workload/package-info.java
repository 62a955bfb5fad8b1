/**
 * What the gate counts: workloads on the simulated network, without any chance in it. A {@link
 * io.fairlead.bench.gate.CountingLoader} loads these classes together with the core that they drive; each public class is a {@link
 * java.util.concurrent.Callable} that gives figures by name, as only the JDK's types are the same on both sides.
 */
package io.fairlead.bench.gate.workload;
