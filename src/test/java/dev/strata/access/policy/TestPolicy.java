package dev.strata.access.policy;

/** Sets the policy of the registry under test, in the words of a policy file. */
public class TestPolicy {

    private final CurrentPolicy policy;

    public TestPolicy(CurrentPolicy policy) {
        this.policy = policy;
    }

    public void become(String yaml) {
        policy.become(PolicyReader.read("the test", yaml));
    }
}
