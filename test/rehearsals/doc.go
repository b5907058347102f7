// Package rehearsals runs every folder of simulator/testdata: a farm, what is unusual about it, and what must
// come of its update. The real workflows and activities work against the twin over the real protocols; the
// journal is judged from outside by test/journal. A case takes seconds.
//
// A folder holds three files, and the inventories of clients that the rollout names. rollout.yaml is an ordinary rollout file; its addresses and password references
// are replaced. twin.yaml says what is unusual (package simulator). expected.yaml says what must come of it;
// an unknown key is an error with its line:
//
//	what: a sentence about the farm and what is tried
//	outcome: completed                    # or completed-with-exceptions, refused, aborted
//	findings:                             # the blocking ones must be just these; others must be among those found
//	  - {severity: blocking, server: WFE01, contains: "Basic installation"}
//	answers:                              # a gate that is not listed is approved; any other question not listed fails the test
//	  - {gate: continue, choice: reject, by: bob}
//	  - step: run-wizard                  # an intervention of that step; one of no step by its failure: preflight, rejected…
//	    server: APP01                     # left out: any server
//	    contains: "exit code"             # the question must say this; left out: anything
//	    choice: retry
//	    by: dave                          # left out: the first who may
//	    times: 2                          # how often this answer is given; left out: once. It must be used up
//	    run:                              # what a person does on servers before answering, over WinRM
//	      - {server: APP01, command: 'net start SPTimerV3'}    # on a SQL Server: a batch
//	journal:
//	  unchanged: true                     # nothing but farmhand's own folder and tasks was changed
//	  article: {wizards: [APP01, WFE01], web: [WFE01]}    # every rule of a completed update held (journal.Farm)
//	  order: ["WFE01 package KB951695", "WFE01 package KB951297", "APP01 wizard", 'SQL01 tds batch BACKUP DATABASE']
//	  never: ['^SQL01 tds batch BACKUP']  # regular expressions over "host protocol event text"
//	  contains: ['^WFE01 winrm command net stop']
//	status:
//	  violations: 0                       # of users off; left out: none
//	  exceptions: ["was skipped by dave"]
//	  servers:
//	    - {name: WFE01, finalized: true, version: 12.0.0.6318, reboots: 1, wizards: 1,
//	       packages: [{kb: KB951695, state: done, outcome: installed}]}
//	  databases: [{name: PWA_Draft, version: 12.0.6318.5000, ok: true}]
//
// In order, "HOST package KB" and "HOST wizard" are whole runs, and each entry begins after the one before it
// has ended; anything else is a regular expression, as in never.
package rehearsals
