package dev.strata.replicas;

class ReplicasIT extends ReplicasTestCase {

    @Override
    protected Replicas start(int count, String... settings) throws Exception {
        return Replicas.start(count, settings);
    }
}
