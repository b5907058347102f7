// Package windows is one simulated Windows server: what a client finds behind WinRM on Windows Server
// 2003, 2008 or 2008 R2.
//
// A Machine serves WinRM (simulator/wsman) and understands the commands an administrator would type: the
// shell's own (dir, type, md…), net, sc, reg, schtasks, shutdown, tasklist and a few more, in the words of
// its generation of Windows. Programs that only SharePoint brings (packages, psconfig, stsadm) are
// registered from outside as a Program; scripts whose answer is not Windows' own as a ScriptModel.
// PowerShell is not interpreted: the scripts of farmhand/scripts are known by their hash and answered by
// models, and a one-line command inside -EncodedCommand runs through the same shell.
//
// All state is documents in a world.World under "server/NAME/": the functions that take a *world.Tx read
// and change it from anywhere. Nothing else is remembered, so a simulator that was killed and started
// again goes on where the documents say: a process of a scheduled task keeps its remaining duration, a
// boot under way ends, and a WinRM shell is gone with what ran in it.
//
// Start reading with Spec and Seed (a server before anything happens), Machine.Run (its life), Program
// and Process (how the model of an executable takes time, fails and survives).
package windows
