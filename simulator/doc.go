// Package simulator is the twin: simulated farms of Windows Server, SharePoint 2007 and SQL Server that any
// client can talk to over WinRM and TDS. Rehearsals and tests run against it; foreign tools (pywinrm,
// Ansible, FreeTDS) work with it as they are.
//
// Start takes a rollout and its release and serves every server and SQL Server of every farm in it, on the
// addresses of the file. What happens is written to the journal, one JSON object a line; it records facts
// and judges nothing. Killing the process suspends the world: connections drop, jobs keep their remaining
// duration, nothing boots. Starting it again with the same Dir goes on.
//
// The parts, ground first: world (event log, clock, holds, faults), traffic (posts and bytes), ntlm and wsman and
// tds (protocols), windows (one server), sqlserver (one SQL Server), sharepoint (one farm). This package wires them.
//
// # The twin file
//
// Everything in it may be left out. LoadTwin reads it; an unknown key is an error with its line.
//
//	servers:
//	  - {name: APP01, os: 2003, architecture: x86, free_mb: 900}      # os: 2003, 2008 (default), 2008r2
//	  - {name: APP02, language: fr}                                    # of Windows: en (default), fr
//	  - {name: WFE02, winrm: 3.0}                                      # 1.1, 2.0 (default), 3.0: form of replies and quotas
//	  - {name: WFE01, installed: [KB951695], baseline: 12.0.4518.1016, server_role: SINGLESERVER,
//	     automatic_updates: install, pending_reboot: true, missing: [KB951297], web_application: false}
//	  - {name: APP02, baseline: 12.0.6327.5000, wizard_pending: true}  # a later update is on it, which holds the release's packages
//	  - {name: WFE02, automatic_updates: unset, languages: [1036]}     # install, download, notify, local, wsus, unset; without: off by policy
//	  - {name: APP02, powershell: none, code_page: 850, services_as: 'CONTOSO\sp-setup', stopped: [SPTimerV3],   # powershell: 2.0 (default), 1.0, none
//	     quotas: {shells: 2, memory_mb: 100, processes: 10, users: 5}}                      # winrm/config/winrs
//	  - {name: WFE01, fips: true}                                      # policy without .NET 3.5: no SHA-256, only SHA-1
//	  - {name: WFE02, wss_only: true}                                  # Windows SharePoint Services without the Office products
//	  - {name: WFE02, stale_cache: true}                               # its configuration cache missed changes: wizards fail
//	  - {name: APP02, stuck_services: [MSProjectServerQueue12]}        # these do not stop before a boot
//	clients:                                                           # the rollout's clients.computers; without an entry: ready
//	  - {name: PC-0102, version: 12.0.6218.1000, updates: [KB950037]}
//	  - {name: PC-0103, product: none}                                 # product: as its installed programs name it, or none
//	  - {name: PC-0104, off: true}                                     # nobody answers
//	upgrade_jobs:
//	  - {name: job-upgrade, server: APP01, ends: 40m}                  # no ends: until SPTimerV3 of the server is stopped
//	packages:                                                          # files as staged, or as they come from unc or url
//	  - {kb: KB951695, server: WFE01, zone: 3}                         # zone: the mark of a download; only a staged file keeps it
//	  - {kb: KB951297, signature: NotSigned}                           # or HashMismatch, UnknownError; signer: another subject
//	durations: {staging: 2m, package: 8m, reboot: 6m, first_wizard: 22m, other_wizard: 9m, backup_per_gb: 10s, users: 2m}
//	level: 12.0.6318.5000                                              # of every database before the update; without: the release's baseline
//	databases:
//	  - {name: PWA_Draft, size_mb: 40960, queued: 2}                   # jobs waiting in Project Server's queue
//	  - {name: PWA_Draft, jobs: [{state: 2, count: 1, stay: true}]}    # other states (2: getting queued); stay: never move
//	  - {name: WSS_Content_Forgotten, on: SQL01}                       # a database the rollout does not mention
//	  - {name: PWA_Published, full_backup: 26h, mirrored: true}        # its administrator's own full backup; mirrored
//	                                                                   # to the mirror that the rollout names
//	sql_servers:
//	  - {name: SQL01, free_mb: 900}                                    # room on the drive for backups
//	  - {name: SQL01, version: 8.00.2039, edition: Standard Edition, not_sysadmin: ['CONTOSO\sp-setup']}   # 8 is 2000, 9 is 2005, 10 is 2008
//	holds:
//	  - {host: APP01, step: wizard, for: 30s}                          # no for: until the simulator is started again
//	  - {host: APP02, step: after schtasks /run, skip: 2, for: 5s}     # skip: arrivals that pass first
//	faults:
//	  - {host: WFE01, step: package KB951695, kind: exit, code: 3010}
//	  - {host: APP01, step: wizard, kind: reboot, times: 1, skip: 0}
//
// With several farms in the rollout, farm: narrows an entry to one of them. Farms whose SQL Servers have one
// address share that SQL Server: its version, its drives, its steps and its journal are those of the first.
//
// # Steps
//
//	package KB951695    the work of a package           exit, fail, disk-full, reboot, power-loss, slow, clock
//	fetch KB951695      a package's copy from a source  down, truncate, corrupt, disk-full, reboot, power-loss, slow, clock
//	wizard              the upgrade inside psconfig     fail, exit, reboot, power-loss, slow, clock
//	attach DATABASE     stsadm -o addcontentdb          fail, reboot, power-loss, slow, clock
//	boot                a server's boot                 slow, reboot, power-loss, clock, refuse, unready, twice
//	winrm Logon         a logon with a right password   reset, freeze, slow, http, refuse, reboot, power-loss
//	winrm ACTION        a WinRM request; ACTION is Identify, Create, Command, Receive, Send, Signal or Delete
//	                                                    reset, freeze, slow, http, soap, truncate, garbage, lost-reply,
//	                                                    reboot, power-loss; on a shell: shell-gone
//	command COMMAND     before a WinRM command acts     exit, hang, silent, cut, code-page, slow, reboot, power-loss,
//	                                                    clock; of a script: no-sentinel
//	after COMMAND       between what a WinRM command did and the client's learning of it
//	                                                    reboot, power-loss, clock
//	backup DATABASE     a backup, on the SQL Server     fail, disk-full, slow, corrupt, down, failover
//	page URL            an answer to smoke-test.ps1     http (code: the status, text: the page)
//	sql connect, sql login, sql batch                   reset, reset-after, freeze, slow, fail, down
//
// A COMMAND is the first word of a command line, "after md", or a script's name, "after register-task.ps1"; net, sc,
// schtasks and shutdown take their first argument too, "after net stop". Steps lists the steps with their kinds.
//
// The host of a SQL Server's steps is the SQL Server's name. A hold at a step stops it half way; pages
// and the three sql steps of a connection have none. The packages named above document what each kind does.
package simulator
