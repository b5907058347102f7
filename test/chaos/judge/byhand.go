package judge

import "slices"

// byHand: on a server that people run by hand no package and no wizard is a detached job.
func (e *Evidence) byHand(v *verdict) {
	for _, t := range e.tries {
		if t.job != "" && slices.Contains(e.manual, t.host) {
			v.broken(ByHand, "%d: %s began on %s by the job %s", t.start.Seq, t.program, t.host, t.job)
		}
	}
}
