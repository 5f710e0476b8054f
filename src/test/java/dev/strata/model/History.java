package dev.strata.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Requests of many clients with the times at which each was sent and answered. What the clients saw is right where
 * some order of the requests explains every answer: one in which no request stands before another that had been
 * answered before it was sent (linearizability; Wing and Gong, "Testing and verifying concurrent objects").
 *
 * @param <S> what the registry's visible state is, as a value
 */
final class History<S> {

    private final List<Entry<S>> entries = new ArrayList<>();

    /** What an answer says of the state: from which it can come, and to which it leads. */
    interface Effect<S> {

        /** The state after a request that was answered like this; empty where no such answer comes from this state. */
        Optional<S> from(S state);
    }

    /**
     * @param answer what came back, for messages
     * @param observes whether a request that was answered like this leaves any state as it is
     */
    record Answered<S>(String answer, boolean observes, Effect<S> effect) {

        /** A request that leads to a state from any. */
        static <S> Answered<S> changes(UnaryOperator<S> change) {
            return new Answered<>("done", false, state -> Optional.of(change.apply(state)));
        }

        /** A request that tells something of the state, and leaves it. */
        static <S> Answered<S> observes(Object answer, Predicate<S> fact) {
            return new Answered<>("" + answer, true, state -> Optional.of(state).filter(fact));
        }

        /** A request that was done where there was something to do. */
        static <S> Answered<S> deletes(boolean done, Predicate<S> isThere, UnaryOperator<S> deletion) {
            return done
                    ? new Answered<>("done", false, state -> Optional.of(state).filter(isThere).map(deletion))
                    : observes("nothing there", isThere.negate());
        }
    }

    interface Request<S> {
        Answered<S> send() throws Exception;
    }

    private record Entry<S>(String what, long sent, long answered, Answered<S> answer) {

        Optional<S> from(S state) {
            return answer.effect().from(state);
        }
    }

    private record Visited<S>(BitSet done, S state) {}

    /** Sends a request and notes what its answer means. */
    void note(String what, Request<S> request) throws Exception {
        long sent = System.nanoTime();
        Answered<S> answered = request.send();
        Entry<S> entry = new Entry<>(what + ": " + answered.answer(), sent, System.nanoTime(), answered);
        synchronized (entries) {
            entries.add(entry);
        }
    }

    /** Fails where no order explains the answers. */
    void requireExplainable(S start) {
        entries.sort(Comparator.comparingLong(Entry::sent));
        if (!isExplainable(new BitSet(), start, new HashSet<>())) {
            long zero = entries.getFirst().sent();
            throw new AssertionError("No order of these requests explains their answers; times in microseconds:\n"
                    + entries.stream()
                            .map(entry -> (entry.sent() - zero) / 1_000 + " to " + (entry.answered() - zero) / 1_000
                                    + ": " + entry.what())
                            .collect(Collectors.joining("\n")));
        }
    }

    private boolean isExplainable(BitSet done, S state, Set<Visited<S>> visited) {
        takeObservations(done, state);
        if (done.cardinality() == entries.size()) {
            return true;
        }
        if (!visited.add(new Visited<>((BitSet) done.clone(), state))) {
            return false;
        }
        for (int next : candidates(done)) {
            Optional<S> after = entries.get(next).from(state);
            if (after.isPresent()) {
                BitSet more = (BitSet) done.clone();
                more.set(next);
                if (isExplainable(more, after.get(), visited)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What can stand here, and can change nothing wherever it stands, is never in the way of another order. */
    private void takeObservations(BitSet done, S state) {
        boolean found = true;
        while (found) {
            found = false;
            for (int next : candidates(done)) {
                Entry<S> entry = entries.get(next);
                if (entry.answer().observes() && entry.from(state).isPresent()) {
                    done.set(next);
                    found = true;
                }
            }
        }
    }

    /** The requests that were sent before any other that is left was answered. */
    private List<Integer> candidates(BitSet done) {
        long firstAnswer = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < entries.size(); i = done.nextClearBit(i + 1)) {
            firstAnswer = Math.min(firstAnswer, entries.get(i).answered());
        }
        List<Integer> candidates = new ArrayList<>();
        for (int i = done.nextClearBit(0); i < entries.size(); i = done.nextClearBit(i + 1)) {
            if (entries.get(i).sent() <= firstAnswer) {
                candidates.add(i);
            }
        }
        return candidates;
    }
}
