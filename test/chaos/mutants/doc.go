// Package mutants holds the proof that the judge of package chaos can say no: its tests build workers in which one rule of
// the article is broken on purpose, let each update a simulated farm, and expect exactly that rule among those broken. The
// worker as it is breaks none in the same scenario.
//
// A mutant is a patch of one source file, laid over the tree while building; nothing in the tree changes. A patch that does
// not fit any more fails its test.
package mutants
