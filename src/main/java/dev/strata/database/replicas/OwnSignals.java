package dev.strata.database.replicas;

/** Of the one process that has the database. */
final class OwnSignals implements Signals {

    @Override
    public void send(String topic) {
        // nobody else is there
    }

    @Override
    public void listen(String topic, Runnable heard) {
        // nobody else sends
    }
}
