// Package farm is the domain of farmhand: what an Office Project Server 2007 farm is, what an update
// release contains, in which order an update runs, and what the numbers mean that Windows, the Office
// packages and the databases answer with. It is pure: it does no input or output, reads no clock and
// imports the standard library alone, so every rule of the article can be read and tested here.
//
// Start with Rollout (what an administrator writes down), Release (what is installed), Plan (the phases
// and steps that follow from both) and FinalizeOrder (the article's order of the configuration wizard).
package farm
