# Sets up ComfyDoctor in this folder, once, and starts its window (Windows).
#
#   powershell -ExecutionPolicy Bypass -File packaging\start.ps1
#   ... packaging\start.ps1 demo           anything after it goes to the program itself
#   ... packaging\start.ps1 --setup-only   set up, do not start
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')
. (Join-Path $PSScriptRoot 'common.ps1')

$venv = Get-VenvPlace
Initialize-Venv $venv
Install-Parts $venv ''
if ($args.Count -gt 0 -and $args[0] -eq '--setup-only') {
    Write-Host "ComfyDoctor is set up. Start it with: $PSCommandPath"
    exit 0
}
if ($args.Count -eq 0) {
    # Without a console of its own; a window that is closed leaves nothing behind.
    Start-Process -FilePath (Join-Path $venv 'Scripts\pythonw.exe') `
        -ArgumentList '-m', 'comfydoctor'
    exit 0
}
& (Join-Path $venv 'Scripts\python.exe') -m comfydoctor @args
exit $LASTEXITCODE
