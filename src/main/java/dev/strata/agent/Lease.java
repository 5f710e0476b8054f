package dev.strata.agent;

/** The cache's word that this agent runs a step while others wait for it. */
record Lease(String id) {}
