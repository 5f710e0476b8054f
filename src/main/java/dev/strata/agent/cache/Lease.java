package dev.strata.agent.cache;

/** The cache's word that this agent runs a step while others wait for it. */
public record Lease(String id) {}
