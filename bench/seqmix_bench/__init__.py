"""Measures compiled operators beside what others offer for the same work (bench/README.md).

In the order of the work:

    rows        what is measured: operator, sizes, inputs, peers, goal
    prepare     compiles all rows into a folder that can be carried to another machine
    parent      runs one worker for each number of threads and outlives its crashes
    worker      draws a row's inputs, asks everybody for a job, checks and measures them
    measure     takes turns
    report      the table; pictures: the roofline and the bars
"""
