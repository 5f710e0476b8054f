package dev.strata.upkeep.scrub;

import dev.strata.testing.OnS3;

@OnS3
class ScrubOnS3Test extends ScrubTest {}
