package dev.strata.savings.pieces;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** What is left to do for one change. What a task leads to is done before what was to do already, so it stays short. */
public final class Agenda {

    private static final String SEPARATOR = ",";

    private final Deque<Task> tasks = new ArrayDeque<>();

    /** What to do next, in this order, before all else. */
    public void add(List<Task> next) {
        new ArrayList<>(next).reversed().forEach(tasks::push);
    }

    public void add(Task... next) {
        add(Arrays.asList(next));
    }

    public void parse(String text) {
        add(Arrays.stream(text.split(SEPARATOR)).map(Task::parse).toList());
    }

    public boolean isEmpty() {
        return tasks.isEmpty();
    }

    Task next() {
        return tasks.pop();
    }

    @Override
    public String toString() {
        return tasks.stream().map(Task::toString).collect(Collectors.joining(SEPARATOR));
    }
}
