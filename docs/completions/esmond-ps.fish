# Completes the command lines of esmond-ps in fish. To have it in every shell:
#   esmond-ps completions fish > ~/.config/fish/conf.d/esmond-ps.fish

function __esmond_ps
    set -l current (commandline -ct)
    set -l found (command esmond-ps __complete fish "=$current" (commandline -opc) 2>/dev/null </dev/null)
    test -n "$found[1]"
    or return
    set -l kind (string split ' ' -- $found[1])
    set -l lead (string sub -l $kind[2] -- $current)
    set -l value (string sub -s (math $kind[2] + 1) -- $current)
    switch $kind[1]
        case files
            string join \n -- "$lead"(__fish_complete_path $value)
        case directories
            string join \n -- "$lead"(__fish_complete_directories $value '')
        case '*'
            string join \n -- $found[2..-1]
    end
end

for name in esmond-ps esmond-ps-get-endpoints esmond-ps-get-metadata esmond-ps-get esmond-ps-get-bulk
    complete -c $name -f -a '(__esmond_ps)'
end
