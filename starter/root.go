package main

import (
	"github.com/spf13/cobra"

	"farmhand/internal/version"
)

// newRoot lists every command.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "starter",
		Short: "Plan, start, watch and decide rollouts of updates to SharePoint 2007 and Project Server 2007 farms",
		Long: `starter is the operator's command line of farmhand.

Temporal is found through TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and their siblings, or through --state for a rehearsal.

Exit codes: 0 done, 1 usage or mistakes, 2 a gate waits, 3 an intervention waits, 4 failed, 5 aborted or refused
(preflight: something blocks; verify: not proven), 6 still running.`,
		Version:      version.Current().String(),
		SilenceUsage: true, SilenceErrors: true,
		PersistentPreRunE: a.prepare,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	f := root.PersistentFlags()
	f.StringVarP(&a.output, "output-format", "o", outputText, "text, or json for programs")
	f.StringVar(&a.as, "as", "", "who you are (default: the setting operator, or your account)")
	f.BoolVar(&a.noColor, "no-color", false, "no colours (also: NO_COLOR)")
	f.StringVar(&a.settingsFile, "config", "", "settings file (default: farmhand.yaml in the working directory, if there is one)")
	f.StringVar(&a.state, "state", "", "state directory of a rehearsal: talk to its Temporal server")
	f.StringVar(&a.temporalUI, "temporal-ui", "", "address of Temporal's web page, for links (also: TEMPORAL_UI)")
	root.AddCommand(
		newDiscover(a), newPlan(a), newPreflight(a), newVerify(a), newRelease(a), newSchema(a), newStart(a), newStatus(a), newWatch(a),
		newGates(a), newApprove(a), newReject(a), newDecide(a), newClaim(a), newNote(a), newPause(a), newResume(a), newAbort(a), newRollout(a),
		newReport(a), newVerifyEvidence(a), newRunbook(a), newClients(a), newPackages(a), newDoctor(a), newNamespace(a), newCodec(a),
		newExtend(a), newOverride(a),
		newRehearse(a), newSimulate(a), newCompletion(a),
	)
	addCompletion(a, root)
	return root
}
