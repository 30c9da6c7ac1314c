package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.quartz.CronScheduleBuilder;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.PersistJobDataAfterExecution;
import org.quartz.Scheduler;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.calendar.HolidayCalendar;

/** Quartz's JDBC store, clustered: two schedulers share jobs, their data survives in bytea columns, its own DDL script makes the tables. */
@ExtendWith(Servers.class)
class QuartzTest {
    /** Counts its runs in its persistent data. */
    @DisallowConcurrentExecution
    @PersistJobDataAfterExecution
    public static final class CountingJob implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            var data = context.getJobDetail().getJobDataMap();
            data.put("runs", data.getInt("runs") + 1);
            try {
                ((CountDownLatch) context.getScheduler().getContext().get("latch")).countDown();
            } catch (org.quartz.SchedulerException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Scheduler scheduler(Database database, String instance) throws Exception {
        Properties properties = new Properties();
        String[] settings = {"org.quartz.scheduler.instanceName", database.name(), "org.quartz.scheduler.instanceId", instance, "org.quartz.threadPool.threadCount", "3",
            "org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool", "org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX",
            "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate", "org.quartz.jobStore.isClustered", "true",
            "org.quartz.jobStore.clusterCheckinInterval", "500", "org.quartz.jobStore.dataSource", "db", "org.quartz.scheduler.idleWaitTime", "1000",
            "org.quartz.dataSource.db.driver", "org.postgresql.Driver", "org.quartz.dataSource.db.URL", database.url(), "org.quartz.dataSource.db.user", Database.USER,
            "org.quartz.dataSource.db.password", "x", "org.quartz.dataSource.db.provider", "hikaricp", "org.quartz.dataSource.db.maxConnections", "5"};
        for (int i = 0; i < settings.length; i += 2) properties.setProperty(settings[i], settings[i + 1]);
        StdSchedulerFactory factory = new StdSchedulerFactory();
        factory.initialize(properties);
        // The factory keeps schedulers by name; two nodes of one cluster have one name.
        org.quartz.impl.SchedulerRepository.getInstance().remove(database.name());
        return factory.getScheduler();
    }

    @Test
    void jobsRunOnAClusterOfTwo(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            try (InputStream script = Scheduler.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_postgres.sql")) {
                database.run(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            }
            Scheduler one = scheduler(database, "one");
            Scheduler two = scheduler(database, "two");
            CountDownLatch latch = new CountDownLatch(5);
            try {
                for (Scheduler each : new Scheduler[] {one, two}) each.getContext().put("latch", latch);
                HolidayCalendar holidays = new HolidayCalendar();
                holidays.addExcludedDate(new Date(0));
                one.addCalendar("holidays", holidays, true, true);
                JobDetail job = JobBuilder.newJob(CountingJob.class).withIdentity("count", "group").usingJobData("runs", 0).storeDurably().requestRecovery().build();
                one.scheduleJob(job, TriggerBuilder.newTrigger().withIdentity("often").startNow().modifiedByCalendar("holidays")
                        .withSchedule(SimpleScheduleBuilder.simpleSchedule().withIntervalInMilliseconds(50).withRepeatCount(4)).build());
                one.scheduleJob(TriggerBuilder.newTrigger().withIdentity("yearly").forJob(job)
                        .withSchedule(CronScheduleBuilder.cronSchedule("0 0 0 1 1 ?").inTimeZone(java.util.TimeZone.getTimeZone("UTC"))).build());
                two.start();
                one.start();
                assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
                while (one.getTrigger(new org.quartz.TriggerKey("often")) != null) Thread.onSpinWait();
                out.line(two.getJobDetail(job.getKey()).getJobDataMap().getInt("runs"));
                two.pauseTrigger(new org.quartz.TriggerKey("yearly"));
                out.line(one.getTriggerState(new org.quartz.TriggerKey("yearly")));
                out.line(one.getTriggersOfJob(job.getKey()).size());
            } finally {
                one.shutdown(true);
                two.shutdown(true);
            }
            database.query(out, "select job_name, job_group, is_durable, is_nonconcurrent, requests_recovery from qrtz_job_details");
            database.query(out, "select trigger_name, trigger_state, trigger_type from qrtz_triggers order by 1");
            database.query(out, "select count(*) from qrtz_fired_triggers");
        });
    }
}
