/**
 * The whole engine under faults, deterministic and fast. A {@link io.fairlead.core.simulation.History} is one life of a
 * balancer: clients, backends and an operator, all decided by a seed, on a {@link
 * io.fairlead.core.simulation.network.SimulatedNetwork} or on a real one. A {@link io.fairlead.core.simulation.SeamListener}
 * hears what the engine does to each socket; with it, the {@link io.fairlead.core.simulation.Oracle} says at once when an
 * invariant of {@link io.fairlead.core.loop} is violated. {@link io.fairlead.core.simulation.SimulationMain} runs as many
 * histories as there is time for. A {@link io.fairlead.core.simulation.FleetHistory} is another kind: thousands of clients that
 * always want to be connected, before the same oracle, and few things that go wrong, of which all figures are kept.
 *
 * <pre>
 *   ClientActor ──┐                                    ┌── BackendPeer (of a BackendHost)
 *                 │ SimulatedTransport                  │ SimulatedTransport
 *                 └────────► SimulatedNetwork ◄─────────┘
 *                                  ▲
 *                                  │ SimulatedTransport
 *                            WatchedTransport ──► SeamListener (ConnectionRecord, SocketRecord) ◄── Oracle
 *                                  ▲
 *                            ForwardingLoop ◄── Operator
 * </pre>
 *
 * Where something new goes:
 *
 * <pre>
 *   what goes wrong with a fleet a FleetFailure; with others at a time, a FleetPlan; what is expected, FleetFigures.check
 *   what a client does           a Step of ClientScript, where scripts are drawn; done in ClientActor.take
 *   how a backend treats one     a Conduct; done in BackendPeer, by the method for its moment; calm ones stand first
 *   what the operator does       a case of Operator.act, and the change to the Configuration that the model must know of
 *   what the network does        a condition of NetworkConditions, drawn there; applied in SimulatedNetwork or -Transport
 *   what the balancer is set to  a field of HistorySettings
 *   a check of one call          the check whose invariant it is: ChoiceCheck (I10: pins and backends), PolicyCheck (I10:
 *                                without a pin), TurnCheck (I2, I3: slabs), FinCheck (I4: FIN and reset); what it must
 *                                know, SeamListener writes into the records
 *   a check after each cycle     SumCheck (I9), or Invariants if the tables alone can tell
 *   a check at a quiet point     LimitCheck (I7: nobody overstays), FlowCheck (nothing is stuck)
 *   a check of an end            EndCheck (its cause, its counts), EventCheck (the other words of its event); of bytes
 *                                (I11): Peer and ClientActor
 * </pre>
 *
 * What a history must reach goes into {@link io.fairlead.core.simulation.Coverage}, and a defect that a new check finds into
 * {@code core/src/test/mutations}. Who draws from a random source in another order changes every history of every seed.
 */
package io.fairlead.core.simulation;
